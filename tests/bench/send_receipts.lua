-- For wrk with one thread: sends the requests of a file (sign_callbacks writes it) in order, each once, beginning at a
-- byte, for a time, at a rate or (0) as fast as they are answered. Then it goes quiet, so that everything that was sent
-- is answered before wrk ends. Writes one line: 2xx answers, other answers, socket errors, seconds, p50 and p99 in
-- milliseconds, the byte of the next request, and the longest time in milliseconds.
--   wrk -t1 … -s send_receipts.lua URL -- FILE FIRST_BYTE SECONDS REQUESTS_PER_SECOND CONNECTIONS RESULT_FILE

local ffi = require("ffi")
ffi.cdef [[
    struct moment { long seconds, nanoseconds; };
    int clock_gettime(int clock, struct moment *now);
    int open(const char *path, int flags);
    long lseek(int file, long offset, int whence);
    void *mmap(void *address, size_t size, int protection, int flags, int file, long offset);
]]

local O_RDONLY, SEEK_END, PROT_READ, MAP_PRIVATE, CLOCK_MONOTONIC = 0, 2, 1, 2, 1
local moment = ffi.new("struct moment")

local function clock()
    ffi.C.clock_gettime(CLOCK_MONOTONIC, moment)
    return tonumber(moment.seconds) + tonumber(moment.nanoseconds) / 1e9
end

local function map(path)
    local file = ffi.C.open(path, O_RDONLY)
    if file < 0 then error("cannot open " .. path) end
    local size = ffi.C.lseek(file, 0, SEEK_END)
    return ffi.cast("const char *", ffi.C.mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0)), tonumber(size)
end

local sender

function setup(thread) sender = thread end

function init(arguments)
    requests, size = map(arguments[1])
    position = tonumber(arguments[2])
    seconds = tonumber(arguments[3])
    local rate, connections = tonumber(arguments[4]), tonumber(arguments[5])
    result = arguments[6]
    if rate > 0 then
        local longest_gap = 2000 * connections / rate
        function delay() return math.random(0, longest_gap) end
    end
end

local checked = false

function request()
    local now = clock()
    if not checked then -- wrk asks for one to look at and does not send it
        checked = true
    elseif not started then
        started = now
    end
    if finished or position == size or (started and now >= started + seconds) then
        finished = finished or now
        return ""
    end
    local length = ffi.cast("const uint32_t *", requests + position)[0]
    local text = ffi.string(requests + position + 4, length)
    if started then position = position + 4 + length end
    return text
end

function done(summary, latency)
    local errors = summary.errors
    local broken = errors.connect + errors.read + errors.write + errors.timeout
    local file = io.open(sender:get("result"), "w")
    file:write(string.format("%d %d %d %.3f %.2f %.2f %.0f %.1f %.2f\n", summary.requests - errors.status, errors.status, broken,
        (sender:get("finished") or 0) - sender:get("started"), latency:percentile(50) / 1000, latency:percentile(99) / 1000,
        sender:get("position"), latency.max / 1000, latency:percentile(99.9) / 1000))
    file:close()
end
