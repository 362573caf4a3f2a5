-- For wrk with one thread: creates messages as Twilio's clients do, each to another number. Writes one line: answers with
-- 201 a second, p50 and p99 in milliseconds.
--   wrk -t1 … -s create_messages.lua URL -- ACCOUNT_SID AUTH_TOKEN RESULT_FILE

local letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(text)
    local encoded = text:gsub("..?.?", function(three)
        local a, b, c = three:byte(1, 3)
        local bits = a * 65536 + (b or 0) * 256 + (c or 0)
        local four = ""
        for shift = 18, 0, -6 do
            local place = math.floor(bits / 2 ^ shift) % 64 + 1
            four = four .. letters:sub(place, place)
        end
        return four:sub(1, #three + 1) .. ("="):rep(3 - #three)
    end)
    return encoded
end

local sender

function setup(thread) sender = thread end

function init(arguments)
    result = arguments[3]
    wrk.method = "POST"
    wrk.headers["Authorization"] = "Basic " .. base64(arguments[1] .. ":" .. arguments[2])
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
    number = 2120000000
end

function request()
    number = number + 1
    return wrk.format(nil, nil, nil, "To=%2B1" .. number .. "&From=%2B15005550006&Body=Hi+Ana+Maria%21+We+miss+you+at+Mario%27s+" ..
        "Trattoria%21+20%25+off+your+next+order+Use+code+COMEBACK20&StatusCallback=http%3A%2F%2F127.0.0.1%3A9%2F" .. number)
end

function done(summary, latency)
    local errors = summary.errors
    assert(errors.status + errors.connect + errors.read + errors.write + errors.timeout == 0, "not every create was answered with 201")
    local file = io.open(sender:get("result"), "w")
    file:write(string.format("%.0f %.1f %.1f\n", summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
        latency:percentile(99) / 1000))
    file:close()
end
