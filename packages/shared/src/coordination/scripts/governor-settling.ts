import { MOST_SLOTS } from './governor-learning.ts';

/** Failures in a row that open the breaker, and how many of them one call may have caused. */
const FAILURES = 5;
const FAILURES_OF_ONE = 3;
/** Overload leaves a model this many at a time: some of them may hang. */
const LEAST_SLOTS = 2;
/** ms within which failures count as one: what is cut together has one cause. */
const FAILING_TOGETHER = 200;
/** Refusals in a row for a spent account after which nobody asks for a while. */
const SPENDS = 3;
/** A bucket fills within a minute: a refusal for longer is about the call that was refused, in ms. */
const LONGEST_PAUSE = 60_000;

/**
 * ARGV ticket, end (a kind of CallEnd), input and output tokens that were used, ms asked for ('' for none), random in [0, 1), 1 when it
 * may have been paid for, failures of this call, since when it has been tried, message, ms that it took
 * → [1 when nobody was answered since then, ms of a new pause, ms for which the breaker was opened].
 */
export const settleCall = `
local ticket, how = ARGV[1], ARGV[2]
local isDown = (s.answeredAt or 0) < tonumber(ARGV[9]) and 1 or 0
if redis.call('ZREM', KEYS[3], ticket) == 0 then return { isDown, 0, 0 } end
refill()
local cost, _, number = costs(ticket)
local isTrial = s.openUntil and s.probe == number
local underWay = redis.call('ZCARD', KEYS[3])
local paused, opened = 0, 0

local function works()
  s.failures, s.openUntil, s.openings, s.probe, s.probedUntil = nil, nil, nil, nil, nil
end
local function fewer()
  s.slow = nil
  if now < (s.halvedAt or 0) + 1000 then return end
  s.slots = math.max(${LEAST_SLOTS}, math.floor(math.min(s.slots or math.huge, underWay + 1) / 2))
  s.halvedAt = now
end
local function mean(name, value, fallback) s[name] = 0.9 * (s[name] or fallback or value) + 0.1 * value end

if how == 'answered' then
  local used = { requests = 1, input = tonumber(ARGV[3]), output = tonumber(ARGV[4]) }
  take(cost, -1)
  take(used, 1)
  s.inputRatio = math.max(0.05, math.min(3, 0.9 * (s.inputRatio or 1) + 0.1 * (s.inputRatio or 1) * used.input / math.max(1, cost.input)))
  mean('outputMean', used.output)
  mean('callMs', tonumber(ARGV[11]))
  works()
  s.refusals, s.spends = nil, nil
  s.answeredAt = now
  if s.slow then
    s.slots = math.min(${MOST_SLOTS}, s.slots * 2)
    if s.slots == ${MOST_SLOTS} then s.slow = nil end
  elseif s.slots then
    s.slots = s.slots + 1 / s.slots
    if s.slots > 1000 and isKnown() then s.slots = nil end
  end
elseif how == 'unsent' or how == 'limited' or how == 'spent' then
  take(cost, -1)
elseif how == 'rejected' then
  take({ requests = 0, input = cost.input, output = cost.output }, -1)
  works()
elseif how ~= 'left' and ARGV[7] == '0' then
  take(cost, -1)
end
fit()

local isOfMany = how == 'unreached' or tonumber(ARGV[8]) <= ${FAILURES_OF_ONE}
if how == 'limited' then
  s.refusals = (s.refusals or 0) + 1
  local asked = math.min(${LONGEST_PAUSE}, tonumber(ARGV[5]) or 1000 * 2 ^ (s.refusals - 1))
  local till = now + asked + ARGV[6] * math.min(1000, math.max(100, asked / 10))
  paused = math.max(0, till - math.max(now, s.pausedUntil or 0))
  s.pausedUntil = math.max(s.pausedUntil or 0, till)
  if not isKnown() then fewer() end
elseif how == 'spent' then
  s.spends = (s.spends or 0) + 1
  if s.spends >= ${SPENDS} then
    s.stoppedUntil = now + 60000
    redis.call('HSET', KEYS[1], 'stopMessage', ARGV[10])
  end
elseif how == 'overloaded' and isOfMany then
  fewer()
elseif isTrial and (how == 'unsent' or how == 'left') then
  s.probedUntil = nil
end

if how == 'overloaded' or how == 'unreached' or how == 'failed' then
  local isNew = now >= (s.failedAt or 0) + ${FAILING_TOGETHER}
  if isNew and isOfMany then
    s.failures, s.failedAt = (s.failures or 0) + 1, now
  end
  if isTrial or (s.failures or 0) >= ${FAILURES} and not s.openUntil then
    opened = math.min(120000, 10000 * 2 ^ (s.openings or 0))
    s.openings = (s.openings or 0) + 1
    s.openUntil = now + opened
    s.probedUntil = nil
  end
end
save()
return { isDown, math.ceil(paused), opened }
`;
