import { script } from './prelude.ts';

/**
 * Takes due messages out of everybody's reach for a while: whoever dies with them only delays them.
 * KEYS outbox · ARGV how long they are held in ms, how many at most
 * → [until when they are held, `<goal>.<run>`, …].
 */
const claimMessages = `
local now = clock()
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[2])
local heldUntil = string.format('%.0f', now + ARGV[1])
local reply = { heldUntil }
for i = 1, #due do
  redis.call('ZADD', KEYS[1], heldUntil, due[i])
  reply[#reply + 1] = due[i]
end
return reply
`;

/** KEYS outbox → [messages in it, those that are due, ms that the oldest has been due]. */
const lookAtOutbox = `
local now = clock()
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {
  redis.call('ZCARD', KEYS[1]), redis.call('ZCOUNT', KEYS[1], '-inf', now),
  first[2] and string.format('%.0f', math.max(0, now - first[2])) or '0' }
`;

/**
 * What a claimed message says. One of a goal that is gone, or whose receiver wants no more, leaves the outbox here.
 * KEYS goal, deliveries, outbox · ARGV `<goal>.<run>`, run, until when it is held
 * → ['lost'] to another claimer | ['gone'] | ['disabled'] | ['held', webhook, message, attempts recorded, ms since the first attempt began,
 * the goal's place in a trace ('' without one)].
 */
const readMessage = `
if tonumber(redis.call('ZSCORE', KEYS[3], ARGV[1]) or 0) ~= tonumber(ARGV[3]) then return { 'lost' } end
local webhook, trace = unpack(redis.call('HMGET', KEYS[1], 'webhook', 'trace'))
local message, disabled = unpack(redis.call('HMGET', KEYS[2], 'message:' .. ARGV[2], 'disabled'))
if not webhook or not message or disabled then
  redis.call('ZREM', KEYS[3], ARGV[1])
  return { disabled and 'disabled' or 'gone' }
end
local now = clock()
redis.call('HSETNX', KEYS[2], 'begun:' .. ARGV[2], now)
local record = redis.call('HMGET', KEYS[2], 'attempts:' .. ARGV[2], 'begun:' .. ARGV[2])
return { 'held', webhook, message, record[1] or '0', string.format('%.0f', now - record[2]), trace or '' }
`;

/**
 * Records an attempt. What the receiver took, or will take no more of, leaves the outbox whoever holds it now; anything else is
 * the holder's to decide.
 * KEYS deliveries, outbox · ARGV `<goal>.<run>`, run, until when it is held,
 * 'delivered' | 'given_up' | 'disabled' (given up, and with it all that the goal still has to tell) | ms until the next attempt,
 * attempt (an object's JSON), attempts shown per run, runs shown
 * → 1, or 0 when somebody else had taken the message over.
 */
const settleMessage = `
local score = redis.call('ZSCORE', KEYS[2], ARGV[1])
local isMine = score and tonumber(score) == tonumber(ARGV[3])
local now = clock()
local isKept = redis.call('EXISTS', KEYS[1]) == 1
local isAnswered = ARGV[4] == 'delivered' or ARGV[4] == 'disabled'
local isOver = isAnswered or (isMine and (ARGV[4] == 'given_up' or not isKept))
if isKept then
  local attempt = redis.call('HINCRBY', KEYS[1], 'attempts:' .. ARGV[2], 1)
  if attempt <= tonumber(ARGV[6]) then
    redis.call('HSET', KEYS[1], 'attempt:' .. ARGV[2] .. ':' .. attempt, '{"at":' .. now .. ',' .. string.sub(ARGV[5], 2))
  end
  local old = string.format('%d', ARGV[2] - ARGV[7])
  if attempt == 1 then
    for i = 1, ARGV[6] do redis.call('HDEL', KEYS[1], 'attempt:' .. old .. ':' .. i) end
  end
  if ARGV[4] == 'disabled' then redis.call('HSETNX', KEYS[1], 'disabled', now) end
  if ARGV[4] == 'delivered' then
    redis.call('HSET', KEYS[1], 'settled:' .. ARGV[2], 'delivered')
  elseif isOver then
    redis.call('HSETNX', KEYS[1], 'settled:' .. ARGV[2], 'given_up')
  end
end
if isOver then
  redis.call('ZREM', KEYS[2], ARGV[1])
elseif isMine then
  redis.call('ZADD', KEYS[2], 'XX', string.format('%.0f', now + ARGV[4]), ARGV[1])
end
return isMine and 1 or 0
`;

/** KEYS outbox · ARGV `<goal>.<run>`, until when it is held, ms → 1, or 0 when somebody else had taken the message over. */
const postponeMessage = `
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0) ~= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], string.format('%.0f', clock() + ARGV[3]), ARGV[1])
return 1
`;

/**
 * KEYS goal, deliveries, outbox · ARGV goalId, attempts shown per run, messages shown
 * → nil without such a goal | [tenant, when its webhook was disabled ('' when it was not), then per message, the oldest first:
 * [run, message, how it was settled ('' while it is not), due time ('' when it is not in the outbox), attempts recorded, attempt, …]].
 */
const readDeliveries = `
local tenant, retries = unpack(redis.call('HMGET', KEYS[1], 'tenant', 'retries'))
if not tenant then return nil end
local last = tonumber(retries or 0)
local reply = { tenant, redis.call('HGET', KEYS[2], 'disabled') or '' }
for run = math.max(0, last - ARGV[3] + 1), last do
  local name = string.format('%d', run)
  local message, settled, attempts = unpack(redis.call('HMGET', KEYS[2], 'message:' .. name, 'settled:' .. name, 'attempts:' .. name))
  if message then
    local dueAt = redis.call('ZSCORE', KEYS[3], ARGV[1] .. '.' .. name)
    local about = { name, message, settled or '', dueAt or '', attempts or '0' }
    for i = 1, math.min(tonumber(attempts or 0), ARGV[2]) do
      about[#about + 1] = redis.call('HGET', KEYS[2], 'attempt:' .. name .. ':' .. i) or nil
    end
    reply[#reply + 1] = about
  end
end
return reply
`;

export const outboxScripts = {
  claimMessages: script(1, claimMessages),
  lookAtOutbox: script(1, lookAtOutbox),
  readMessage: script(3, readMessage),
  settleMessage: script(2, settleMessage),
  postponeMessage: script(1, postponeMessage),
  readDeliveries: script(3, readDeliveries),
} as const;
