-- KEYS[1]: a mark. In milliseconds, ARGV[1]: now; ARGV[2]: its end; ARGV[3]: its time to live.
-- 1: there was none, and there is one now. 0: there is one already.
local till = redis.call('GET', KEYS[1])
if till and tonumber(till) > tonumber(ARGV[1]) then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
