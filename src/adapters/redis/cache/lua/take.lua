-- KEYS[1]: when this key has rested enough. In microseconds, ARGV[1]: what one act costs; ARGV[2]: what a burst costs.
-- 0: it may. Else how long it has to wait.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local rested = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + ARGV[1]
local wait = rested - ARGV[2] - now
if wait > 0 then
  return wait
end
redis.call('SET', KEYS[1], string.format('%.0f', rested), 'PX', math.ceil((rested - now) / 1000))
return 0
