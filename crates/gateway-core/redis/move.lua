-- Moves all marks, or none where one would be too far ahead. Returns 0, or the microseconds until all may move.
-- ARGV has three numbers for each key: at_least_us, by_us and at_most_us.
local time = redis.call("TIME")
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local moved, wait = {}, 0
for i, key in ipairs(KEYS) do
  local at_least, by, at_most = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  moved[i] = math.max(tonumber(redis.call("GET", key) or 0) or 0, now + at_least) + by
  wait = math.max(wait, moved[i] - now - at_most)
end
if wait > 0 then return math.ceil(wait) end
for i, key in ipairs(KEYS) do
  -- A mark that has passed is as good as none.
  local ttl_ms = math.ceil((moved[i] - now) / 1000)
  if ttl_ms > 0 then redis.call("SET", key, string.format("%.0f", moved[i]), "PX", string.format("%.0f", ttl_ms)) end
end
return 0
