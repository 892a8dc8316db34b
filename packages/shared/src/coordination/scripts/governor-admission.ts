import { MOST_SLOTS } from './governor-learning.ts';

/** Calls at a time that a model of which nothing is known is given at first. */
const FIRST_SLOTS = 2;
/** ms after which it is given twice as many without an answer: calls that hang must not hold up all others. */
const SLOW_STEP = 1_000;
/** ms after which another call may try whether the endpoint works again, though the one that tries has not come back. */
const TRIAL = 5_000;

/**
 * ARGV ticket ('' for a call that asks for the first time), urgency, input tokens, most output tokens, job ('' for none), ms that it
 * would wait here, 1 when the call has failed before, requests, input and output tokens per minute as they were set (0 for unknown), ms
 * after which a call under way is given up for lost, longest ms that a call is sent away for
 * → ['granted', ticket, now, 1 when the endpoint has told limits] | ['wait', ticket, ms] | ['later', ms] | ['unavailable', ms] | ['stopped', message].
 */
export const admitCall = `
sweep()
local given = { requests = tonumber(ARGV[8]), input = tonumber(ARGV[9]), output = tonumber(ARGV[10]) }
for _, bucket in ipairs(buckets) do
  if given[bucket] > 0 and not s[bucket .. 'Told'] then adopt(bucket, given[bucket]) end
end
if isKnown() and s.slow then s.slots, s.slow = nil, nil end
if not isKnown() and not s.slots then s.slots, s.slow = ${FIRST_SLOTS}, now end
while s.slow and s.slots < ${MOST_SLOTS} and now - s.slow >= ${SLOW_STEP} do
  s.slots, s.slow = math.min(${MOST_SLOTS}, s.slots * 2), s.slow + ${SLOW_STEP}
end
refill()
if s.slots and not s.slow and s.slots < ${MOST_SLOTS} and redis.call('ZCARD', KEYS[3]) >= math.floor(s.slots)
  and now - math.max(s.halvedAt or 0, s.grownAt or 0) >= math.max(${SLOW_STEP}, s.callMs or 0) then
  s.slots, s.grownAt = s.slots + 1, now
end
local ticket = ARGV[1]
local function refuse(reply)
  if ticket ~= '' then leave(ticket) end
  save()
  return reply
end
if s.stoppedUntil then
  if now < s.stoppedUntil then return refuse({ 'stopped', redis.call('HGET', KEYS[1], 'stopMessage') or '' }) end
  s.stoppedUntil = nil
end
local isProbe = false
if s.openUntil then
  local from = s.openUntil + (ARGV[7] == '1' and 2000 or 0)
  if now < from then return refuse({ 'unavailable', math.ceil(from - now) }) end
  if now < (s.probedUntil or 0) then return refuse({ 'unavailable', 2000 }) end
  isProbe = true
end

local job = ARGV[5]
if ticket == '' and job ~= '' then
  local kept = redis.call('HGET', KEYS[6], job)
  if kept and redis.call('ZSCORE', KEYS[4], kept) then
    leave(kept)
    ticket = kept
  end
end
if ticket == '' then
  s.arrivals = (s.arrivals or 0) + 1
  local input = math.ceil(ARGV[3] * (s.inputRatio or 1))
  local output = math.ceil(math.min(ARGV[4], s.outputMean or 1000))
  ticket = string.format('%015d|%d|%d|%s', s.arrivals, input, output, job)
end

local length = redis.call('ZCARD', KEYS[2])
local isWaiting = length > 0 and redis.call('ZSCORE', KEYS[2], ticket)
local rank = 0
if length > 0 then
  if not isWaiting then redis.call('ZADD', KEYS[2], ARGV[2], ticket) end
  rank = redis.call('ZRANK', KEYS[2], ticket)
  if not isWaiting then redis.call('ZREM', KEYS[2], ticket) end
end
local seen = math.min(rank, 50)
local ahead = { requests = 0, input = 0, output = 0 }
if seen > 0 then
  for _, other in ipairs(redis.call('ZRANGE', KEYS[2], 0, seen - 1)) do
    local cost = costs(other)
    for _, bucket in ipairs(buckets) do
      if s[bucket .. 'Limit'] then ahead[bucket] = ahead[bucket] + need(bucket, cost[bucket]) end
    end
  end
end
local function usual()
  local all = math.max(1, length + redis.call('ZCARD', KEYS[4]))
  return { requests = 1, input = (s.waitingInput or 0) / all, output = (s.waitingOutput or 0) / all }
end
local own, _, number = costs(ticket)
local function waitBehind(others)
  local ms = math.max(0, (s.pausedUntil or 0) - now)
  local each = others > 0 and usual() or { requests = 0, input = 0, output = 0 }
  for _, bucket in ipairs(buckets) do
    local limit = s[bucket .. 'Limit']
    if limit then
      local due = ahead[bucket] + others * each[bucket] + need(bucket, own[bucket]) - s[bucket .. 'Level']
      ms = math.max(ms, due * 60000 / limit)
    end
  end
  local free = s.slots and s.slots - redis.call('ZCARD', KEYS[3]) - seen - others or 1
  if free < 1 then
    local rounds = math.ceil((1 - free) / math.max(1, s.slots))
    local usualMs = s.callMs or 1000
    ms = math.max(ms, rounds == 1 and math.min(500, math.max(50, usualMs / 20)) + 5 * rank or rounds * usualMs)
  end
  return ms
end
local wait = waitBehind(rank - seen)

if wait < 1 then
  if isWaiting then leave(ticket) end
  redis.call('ZADD', KEYS[3], now + ARGV[11], ticket)
  take(own, 1)
  if isProbe then s.probe, s.probedUntil = number, now + ${TRIAL} end
  local isDue = now - (s.keptAt or 0) > 3600000
  if isDue then s.keptAt = now end
  save()
  if isDue then
    for i = 1, 6 do redis.call('PEXPIRE', KEYS[i], 86400000) end
  end
  local isTold = s.requestsTold or s.inputTold or s.outputTold
  return { 'granted', ticket, string.format('%.3f', now), isTold and 1 or 0 }
end

local mostHere, longest = tonumber(ARGV[6]), tonumber(ARGV[12])
local estimate = wait
if redis.call('ZCARD', KEYS[4]) > 0 then
  redis.call('ZADD', KEYS[4], ARGV[2], ticket)
  estimate = waitBehind(rank - seen + redis.call('ZRANK', KEYS[4], ticket))
  redis.call('ZREM', KEYS[4], ticket)
end
if estimate > mostHere then
  local away = math.ceil(math.max(1000, math.min(longest, estimate - 8000)))
  leave(ticket)
  if job ~= '' then
    enter(KEYS[4], ARGV[2], ticket, now + away + 30000)
    redis.call('HSET', KEYS[6], job, ticket)
  end
  save()
  return { 'later', away }
end
-- What nobody knows yet may be known any moment.
local often = s.slow and 50 + 10 * rank or 1000 + 20 * rank
local poll = math.ceil(math.min(wait, math.max(1, mostHere), math.min(3000, often)))
enter(KEYS[2], ARGV[2], ticket, now + 3 * poll + 2000)
save()
return { 'wait', ticket, poll }
`;
