-- KEYS[1]: a code. ARGV[1]: the digest that was typed; ARGV[2]: now, in milliseconds.
-- 0: there is none. 1: it was wrong, and a try is gone. 2: it was right, and is used up.
local kept = redis.call('HMGET', KEYS[1], 'code', 'tries', 'end')
if not kept[1] or tonumber(kept[2]) <= 0 or tonumber(kept[3]) <= tonumber(ARGV[2]) then
  return 0
end
if kept[1] == ARGV[1] then
  redis.call('DEL', KEYS[1])
  return 2
end
redis.call('HINCRBY', KEYS[1], 'tries', -1)
return 1
