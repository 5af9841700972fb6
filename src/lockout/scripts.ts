import { script } from '../redis/store.ts';

/** A state, and what belongs to it. */
export type Reply = (string | number)[];

/**
 * Times are µs on Redis's clock: µs since 1970 fit a double exactly until the year 2255. An attempt is a
 * member of one of two sorted sets, with the time of its reservation as score: in flight until its outcome is
 * told, then failed or gone. KEYS are in flight, failed, lock, slots.
 */
const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function ends()
  local value = tonumber(redis.call('HGET', KEYS[3], 'until'))
  return value and value > now and value
end
local function lockState()
  return {'locked', redis.call('HGET', KEYS[3], 'id'), tonumber(redis.call('HGET', KEYS[3], 'began')), ends(), now}
end`;

/** ARGV: id, allowed, window, life, lock, repeat_lock, repeat_within, since, lock id, memory, slot, … */
const COUNT = `${CLOCK}
local id, allowed, window, life = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local memory = math.ceil(tonumber(ARGV[10]) / 1000)
-- A process that died between the reservation and the outcome has used the attempt up.
local function settle()
  local stale = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - life, 'WITHSCORES')
  for i = 1, #stale, 2 do redis.call('ZADD', KEYS[2], stale[i + 1], stale[i]) end
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - life)
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - window)
  return redis.call('ZCARD', KEYS[2]), redis.call('ZCARD', KEYS[1])
end
local function begin()
  local within, since = tonumber(ARGV[7]), tonumber(ARGV[8])
  local last = tonumber(redis.call('HGET', KEYS[3], 'began'))
  local again = (last and now - last < within) or (since >= 0 and since < within)
  local length = tonumber(again and ARGV[6] or ARGV[5])
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[3], 'id', ARGV[9], 'began', now, 'until', now + length)
  redis.call('PEXPIRE', KEYS[3], memory)
  return lockState()
end
local function keep(key, at)
  redis.call('ZADD', key, at, id)
  redis.call('PEXPIRE', KEYS[1], memory)
  redis.call('PEXPIRE', KEYS[2], memory)
  redis.call('SADD', KEYS[4], ARGV[11])
  redis.call('PEXPIRE', KEYS[4], memory)
end`;

/** Takes one of the attempts that are left. More ARGV: failures after which it wants a check, or 0. */
export const RESERVE = script<Reply>(`${COUNT}
if ends() then return lockState() end
local failed, flying = settle()
if failed >= allowed then return begin() end
if failed + flying >= allowed then return {'full', '', now, now + tonumber(ARGV[5]), now} end
local check = tonumber(ARGV[12])
if check > 0 and failed + flying >= check then return {'check', failed + flying} end
keep(KEYS[1], now)
return {'go', now}`);

/** The attempt failed; begins the lock when it was the last one allowed. More ARGV: when it was reserved. */
export const FAIL = script<Reply>(`${COUNT}
redis.call('ZREM', KEYS[1], id)
if ends() then return lockState() end
keep(KEYS[2], ARGV[12])
local failed, flying = settle()
if failed >= allowed then return begin() end
return {'counted', failed + flying}`);

/** The attempt succeeded: failures reserved no later than it are forgiven. ARGV: id, when it was reserved. */
export const SUCCEED = script(`
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[2])`);

/** Nothing was verified: the attempt is given back, and nothing forgiven. ARGV: id. */
export const RELEASE = script(`
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])`);

/** What a reservation would find. ARGV: allowed, window, life, lock. */
export const LOOK = script<Reply>(`${CLOCK}
if ends() then return lockState() end
local flying = redis.call('ZCOUNT', KEYS[1], now - ARGV[3], '+inf')
local failed = redis.call('ZCOUNT', KEYS[2], now - ARGV[2], '+inf') + redis.call('ZCARD', KEYS[1]) - flying
if failed >= tonumber(ARGV[1]) then return {'full', '', now, now + tonumber(ARGV[4]), now} end
return {'counted', failed + flying}`);

/** Forgets all of a subject. KEYS: slots, then three for each slot. Answers failures, then the open locks. */
export const LIFT = script<[number, ...Reply[]]>(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local found = {0}
for i = 2, #KEYS, 3 do
  found[1] = found[1] + redis.call('ZCARD', KEYS[i]) + redis.call('ZCARD', KEYS[i + 1])
  local lock = redis.call('HMGET', KEYS[i + 2], 'id', 'began', 'until')
  if lock[3] and tonumber(lock[3]) > now then
    found[#found + 1] = {(i - 2) / 3, lock[1], tonumber(lock[2]), tonumber(lock[3]), now}
  end
end
redis.call('DEL', unpack(KEYS))
return found`);

/** Counts a failure of a network or of a password. ARGV: member, window, most that are kept. */
export const NOTE = script<number>(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[3])
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[2] / 1000))
return redis.call('ZCARD', KEYS[1])`);

/** ARGV: window. */
export const NOTED = script<number>(`
local time = redis.call('TIME')
return redis.call('ZCOUNT', KEYS[1], time[1] * 1000000 + time[2] - ARGV[1], '+inf')`);

/** Counts a refusal; answers how many to record now, 0 for later. ARGV: µs between records, ms kept. */
export const REFUSE = script<number>(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local count = redis.call('HINCRBY', KEYS[1], 'count', 1)
local last = tonumber(redis.call('HGET', KEYS[1], 'at'))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if last and now - last < tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'at', now, 'count', 0)
return count`);
