-- For wrk with one thread: asks ten times a second on each connection. Writes one line: p50, p99 and the longest time to the
-- answer in milliseconds.
--   wrk -t1 … -s ask_evenly.lua URL -- RESULT_FILE

local sender

function setup(thread) sender = thread end

function init(arguments) result = arguments[1] end

function delay() return math.random(50, 150) end

function done(summary, latency)
    assert(summary.errors.status == 0, "not every request was answered with 200")
    local file = io.open(sender:get("result"), "w")
    file:write(string.format("%.1f %.1f %.1f\n", latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
    file:close()
end
