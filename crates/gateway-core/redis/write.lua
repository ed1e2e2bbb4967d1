-- Makes all changes and returns 1, or none and returns 0 where an entry is no longer what its change expects.
-- ARGV has three texts for each key: what the entry must hold, what it is to hold (for both, nothing is the
-- empty text), and for how many milliseconds.
for i, key in ipairs(KEYS) do
  if (redis.call("GET", key) or "") ~= ARGV[3 * i - 2] then return 0 end
end
for i, key in ipairs(KEYS) do
  if ARGV[3 * i - 1] == "" then redis.call("DEL", key)
  else redis.call("SET", key, ARGV[3 * i - 1], "PX", ARGV[3 * i]) end
end
return 1
