-- What wrk sends: requests of one kind, to one person after another. Its arguments are the kind, the answer's status,
-- the number of people, the number of the first request, the requests a second (0 is as many as it can), and what all
-- requests get, if they do not depend on the person.

local ffi = require("ffi")
ffi.cdef[[
  typedef struct { long seconds; long nanoseconds; } presently_time;
  int clock_gettime(int clock, presently_time *time);
]]

local BASE = 4102444800 -- 2100-01-01T00:00:00Z: no status starts while wrk runs
local DAY = 86400
local time = ffi.new("presently_time")
local kind, status, people, number, per_second, next_at
unexpected = 0

local function milliseconds()
  ffi.C.clock_gettime(1, time) -- CLOCK_MONOTONIC
  return tonumber(time.seconds) * 1000 + tonumber(time.nanoseconds) / 1e6
end

-- Each request has a window of its own, so that none is a repetition, which would change nothing.
local function window(form)
  local starts_at = BASE + number * 60
  return os.date(form, starts_at), os.date(form, starts_at + DAY)
end

local function statuses(person)
  return "/v1.0/users/u" .. person .. "@bench.example/user-profile-statuses"
end

local kinds = {
  unauthorized = function(person) return "GET", statuses(person) end,
  healthz = function() return "GET", "/healthz" end,
  get = function(person) return "GET", statuses(person) end,
  post = function(person)
    local body = '{"profileStatusId": "BUSY", "startTime": "%s", "endTime": "%s"}'
    return "POST", statuses(person), body:format(window("!%Y-%m-%dT%H:%M:%S+00:00"))
  end,
  put = function(person)
    local body = '{"state": 2, "startTime": "%s", "endTime": "%s", "internalSubject": "Away", ' ..
      '"internalReply": "I am away.", "externalAudience": 1, "externalSubject": "Away", "externalReply": "I am away."}'
    local path = "/api/v1/domains/1/users/" .. person .. "/oof"
    return "PUT", path, body:format(window("!%Y-%m-%d %H:%M:%S"))
  end,
}

-- At a pace, each connection takes the next moment of a common timetable, and sends then.
local function wait_for_its_moment()
  local now = milliseconds()
  next_at = math.max(next_at and next_at + 1000 / per_second or now, now - 1000)
  return math.max(next_at - now, 0)
end

local threads = {}
function setup(thread) table.insert(threads, thread) end

function init(arguments)
  local path = arguments[6]
  kind, status = kinds[arguments[1]] or function() return "GET", path end, tonumber(arguments[2])
  people, number, per_second = tonumber(arguments[3]), tonumber(arguments[4]), tonumber(arguments[5])
  if per_second > 0 then delay = wait_for_its_moment end
end

function request()
  number = number + 1
  local method, path, body = kind(number % people + 1)
  return wrk.format(method, path, nil, body)
end

function response(answered)
  if answered ~= status then unexpected = unexpected + 1 end
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + threads[1]:get("unexpected")
  print(('{"requests": %d, "seconds": %f, "failed": %d, "p50_ms": %f, "p99_ms": %f}'):format(
    summary.requests, summary.duration / 1e6, failed, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
