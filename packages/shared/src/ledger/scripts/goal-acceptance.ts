import { day } from './day.ts';
import { script } from './prelude.ts';

/**
 * KEYS goal, events, tenantGoals, openGoals, openCounts, idempotency · ARGV goalId, event data, deadline in ms, tenant, most open goals
 * (0 for any number), digest of the body ('' without an Idempotency-Key), ms that the key is kept, what the usage of the tenant's days
 * begins with, its most tokens and nano-dollars of a day ('' for any), field, value, …
 * → ['created', its time] | ['replayed', goalId] | ['mismatch'] | ['full'] | ['exhausted', ms until the next day] | ['taken'].
 * A replay is written down: what vouches for this connection's writes vouches for the goal then, and nobody takes it back.
 */
const createGoal = `${day}
local keyed = ARGV[6] ~= ''
if keyed then
  local made = redis.call('HMGET', KEYS[6], 'goal', 'body')
  if made[1] and made[2] ~= ARGV[6] then return { 'mismatch' } end
  if made[1] then
    redis.call('HINCRBY', KEYS[6], 'replays', 1)
    return { 'replayed', made[1] }
  end
end
if redis.call('EXISTS', KEYS[1]) == 1 then return { 'taken' } end
local most = tonumber(ARGV[5])
if most > 0 and tonumber(redis.call('HGET', KEYS[5], ARGV[4]) or 0) >= most then return { 'full' } end
local at = clock()
if ARGV[9] ~= '' or ARGV[10] ~= '' then
  local spent = redis.call('HMGET', ARGV[8] .. dayOf(at), 'tokens', 'lostTokens', 'costNanoUsd', 'lostNanoUsd')
  local function isSpent(limit, one, other) return limit and (one or 0) + (other or 0) >= limit end
  if isSpent(tonumber(ARGV[9]), spent[1], spent[2]) or isSpent(tonumber(ARGV[10]), spent[3], spent[4]) then
    return { 'exhausted', 86400000 - at % 86400000 }
  end
end
local deadlineAt = string.format('%.0f', at + ARGV[3])
redis.call('HSET', KEYS[1], 'status', 'accepted', 'createdAt', at, 'rev', '0', 'deadline', ARGV[3], 'deadlineAt', deadlineAt, 'tenant', ARGV[4], unpack(ARGV, 11))
redis.call('ZADD', KEYS[3], at, ARGV[1])
redis.call('ZADD', KEYS[4], deadlineAt, ARGV[1])
opened(KEYS[5], ARGV[4])
if keyed then
  redis.call('HSET', KEYS[6], 'goal', ARGV[1], 'body', ARGV[6])
  redis.call('PEXPIRE', KEYS[6], ARGV[7])
end
emit(KEYS[1], KEYS[2], at, 'goal.accepted', ARGV[2])
return { 'created', at }
`;

/**
 * KEYS tenantGoals, openGoals, openCounts, idempotency, then all of the goal's · ARGV goalId, tenant, whether it has an Idempotency-Key (0|1)
 * → 1, or 0 when somebody was promised it meanwhile, or it has gone on from where it began.
 */
const forgetGoal = `
local status = redis.call('HGET', KEYS[5], 'status')
if status and status ~= 'accepted' then return 0 end
if ARGV[3] == '1' and redis.call('HGET', KEYS[4], 'goal') == ARGV[1] then
  if redis.call('HEXISTS', KEYS[4], 'replays') == 1 then return 0 end
  redis.call('DEL', KEYS[4])
end
if status then closed(KEYS[3], ARGV[2]) end
redis.call('DEL', unpack(KEYS, 5))
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
`;

export const goalAcceptanceScripts = {
  createGoal: script(6, createGoal),
  forgetGoal: script(11, forgetGoal),
} as const;
