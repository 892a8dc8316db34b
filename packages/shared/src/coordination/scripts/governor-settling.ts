import { MOST_SLOTS } from './governor-learning.ts';

/** Failures in a row that open the breaker, and how many of them one call may have caused. */
const FAILURES = 5;
const FAILURES_OF_ONE = 3;
/** What an overload counts of a failure: fewer calls at a time are what helps. */
const OVERLOAD_SHARE = 0.25;
/** ms for which the breaker is open at first, and at the most: a call can sit that out in its process. */
const FIRST_OPENING = 2_000;
const LONGEST_OPENING = 15_000;
/** Overload leaves a model this many at a time: some of them may hang. */
const LEAST_SLOTS = 2;
/** ms within which failures count as one: what is cut together has one cause. */
const FAILING_TOGETHER = 200;
/** Refusals in a row for a spent account after which nobody asks for a while. */
const SPENDS = 3;
/** Answers in a row without a word on limits after which those that were told are another endpoint's. */
const UNTOLD = 3;
/** A bucket fills within a minute: a refusal for longer is about the call that was refused, in ms. */
const LONGEST_PAUSE = 60_000;

/**
 * ARGV ticket, end (a kind of CallEnd), input and output tokens that were used, ms asked for ('' for none), random in [0, 1), 1 when it
 * may have been paid for, failures of this call, since when it has been tried, message, ms that it took, 1 when its response
 * told limits
 * → [1 when nobody was answered since then, ms of a new pause, ms for which the breaker was opened].
 */
export const settleCall = `
local ticket, how = ARGV[1], ARGV[2]
local isDown = (s.answeredAt or 0) < tonumber(ARGV[9]) and 1 or 0
-- What was reserved for a call that was given up for lost is spent; what it met with counts all the same.
local isOpen = redis.call('ZREM', KEYS[3], ticket) == 1
refill()
local cost, _, number = costs(ticket)
local isTrial = s.openUntil and s.probe == number
local underWay = redis.call('ZCARD', KEYS[3])
local paused, opened = 0, 0

local function giveBack(cost) if isOpen then take(cost, -1) end end
local function works()
  s.failures, s.openUntil, s.openings, s.probe, s.probedUntil = nil, nil, nil, nil, nil
end
local function fewer()
  s.slow = nil
  if now < (s.halvedAt or 0) + 1000 then return end
  s.slots = math.max(${LEAST_SLOTS}, math.floor(math.min(s.slots or math.huge, underWay + 1) / 2))
  s.halvedAt = now
end
local function forget()
  for _, bucket in ipairs(buckets) do
    if s[bucket .. 'Told'] then s[bucket .. 'Told'], s[bucket .. 'Limit'], s[bucket .. 'Level'] = nil, nil, nil end
  end
  s.untold = nil
end
local function mean(name, value, fallback) s[name] = 0.9 * (s[name] or fallback or value) + 0.1 * value end

if how == 'answered' then
  local used = { requests = 1, input = tonumber(ARGV[3]), output = tonumber(ARGV[4]) }
  if isOpen then
    take(cost, -1)
    take(used, 1)
  end
  s.inputRatio = math.max(0.05, math.min(3, 0.9 * (s.inputRatio or 1) + 0.1 * (s.inputRatio or 1) * used.input / math.max(1, cost.input)))
  mean('outputMean', used.output)
  mean('callMs', tonumber(ARGV[11]))
  works()
  s.refusals, s.spends = nil, nil
  s.answeredAt = now
  if ARGV[12] == '1' then
    s.untold = nil
  elseif s.requestsTold or s.inputTold or s.outputTold then
    s.untold = (s.untold or 0) + 1
    if s.untold >= ${UNTOLD} then forget() end
  end
  if s.slow then
    s.slots = math.min(${MOST_SLOTS}, s.slots * 2)
    if s.slots == ${MOST_SLOTS} then s.slow = nil end
  elseif s.slots then
    s.slots = s.slots + 1 / s.slots
    if s.slots > 1000 and isKnown() then s.slots = nil end
  end
elseif how == 'unsent' or how == 'limited' or how == 'spent' then
  giveBack(cost)
elseif how == 'rejected' then
  giveBack({ requests = 0, input = cost.input, output = cost.output })
  works()
elseif how ~= 'left' and ARGV[7] == '0' then
  giveBack(cost)
end
fit()

local isOfMany = how == 'unreached' or tonumber(ARGV[8]) <= ${FAILURES_OF_ONE}
if how == 'limited' then
  -- Those that were under way together are refused together.
  if now >= (s.pausedUntil or 0) then s.refusals = (s.refusals or 0) + 1 end
  local asked = math.min(${LONGEST_PAUSE}, tonumber(ARGV[5]) or 1000 * 2 ^ ((s.refusals or 1) - 1))
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
end
if isTrial and (how == 'unsent' or how == 'left' or how == 'limited' or how == 'spent') then s.probedUntil = nil end

if how == 'overloaded' or how == 'unreached' or how == 'failed' then
  local isNew = now >= (s.failedAt or 0) + ${FAILING_TOGETHER}
  if isNew and isOfMany then
    s.failures, s.failedAt = (s.failures or 0) + (how == 'overloaded' and ${OVERLOAD_SHARE} or 1), now
  end
  if isTrial or (s.failures or 0) >= ${FAILURES} and not s.openUntil then
    opened = math.min(${LONGEST_OPENING}, ${FIRST_OPENING} * 2 ^ (s.openings or 0))
    -- A trial by a call that has failed before says little of the endpoint.
    if tonumber(ARGV[8]) <= 1 or not isTrial then s.openings = (s.openings or 0) + 1 end
    s.openUntil = now + opened
    s.probedUntil = nil
  end
end
save()
return { isDown, math.ceil(paused), opened }
`;
