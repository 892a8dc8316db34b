import { script } from './prelude.ts';

/**
 * KEYS goal, tasks, events · ARGV rev, task id, run
 * → ['stale'] | ['settled', outcome]
 * | ['started' | 'unready' | 'spent', lease, retries, spec, goal, context, options, task prompts, inputs,
 * tenant, accepted at, ms that it has waited since it could start ('' unless this is its first start), 1 when a run before has died,
 * then the spec and the outcome of each dependency].
 * An unready task lacks the outcome of a dependency, a spent one has cost too many processes: neither is started, and may only be
 * given its outcome, under the lease that is told.
 */
const startTask = `
local record = redis.call(
  'HMGET', KEYS[1], 'status', 'rev', 'goal', 'context', 'retries', 'options', 'taskPrompts', 'inputs', 'tenant', 'createdAt', 'acceptedAt')
if not record[1] or terminal[record[1]] or record[2] ~= ARGV[1] then return { 'stale' } end
local settled = redis.call('HGET', KEYS[2], 'outcome:' .. ARGV[2])
if settled then return { 'settled', settled } end
local spec = redis.call('HMGET', KEYS[2], 'spec:' .. ARGV[2], 'needs:' .. ARGV[2], 'queuedAt:' .. ARGV[2])
if not spec[1] then return { 'stale' } end
local lease, hasDied = take(KEYS[2], ARGV[2], ARGV[3])
local kind = lease and 'started' or 'spent'
lease = lease or redis.call('HGET', KEYS[2], 'starts:' .. ARGV[2])
local reply = { kind, lease, record[5] or '0', spec[1], record[3], record[4], record[6], record[7], record[8], record[9], record[11] or record[10], '', hasDied or 0 }
for dependency in string.gmatch(spec[2], '%S+') do
  local outcome = redis.call('HGET', KEYS[2], 'outcome:' .. dependency)
  reply[#reply + 1] = redis.call('HGET', KEYS[2], 'spec:' .. dependency)
  reply[#reply + 1] = outcome
  if not outcome and kind == 'started' then reply[1] = 'unready' end
end
if reply[1] == 'started' then
  local at = clock()
  if redis.call('HSETNX', KEYS[2], 'startedAt:' .. ARGV[2], at) == 1 and spec[3] then
    reply[12] = string.format('%.0f', math.max(0, at - spec[3]))
  end
  local attempt = attempts(KEYS[2], ARGV[2])
  if attempt > tonumber(redis.call('HGET', KEYS[2], 'announced:' .. ARGV[2]) or 0) then
    redis.call('HSET', KEYS[2], 'announced:' .. ARGV[2], attempt)
    emit(KEYS[1], KEYS[3], at, 'task.started', string.format('{"taskId":"%s","attempt":%d}', ARGV[2], attempt))
  end
end
return reply
`;

/**
 * KEYS goal, tasks, events · ARGV rev, task id, lease, outcome, event, event data, then the dependents' ids
 * → 1 when recorded, 0 when the task has an outcome already, -1 when the goal has ended or moved to another rev, -2 when another
 * run has taken the task over.
 */
const recordOutcome = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev')
if not record[1] or terminal[record[1]] or record[2] ~= ARGV[1] then return -1 end
if redis.call('HEXISTS', KEYS[2], 'outcome:' .. ARGV[2]) == 1 then return 0 end
if not holds(KEYS[2], ARGV[2], ARGV[3]) then return -2 end
redis.call('HSETNX', KEYS[2], 'outcome:' .. ARGV[2], ARGV[4])
local at = clock()
close(KEYS[2], ARGV[2])
redis.call('HSET', KEYS[2], 'finishedAt:' .. ARGV[2], at)
emit(KEYS[1], KEYS[3], at, ARGV[5], ARGV[6])
for i = 7, #ARGV do
  if redis.call('HINCRBY', KEYS[2], 'awaits:' .. ARGV[i], -1) == 0 then
    redis.call('HSET', KEYS[2], 'queuedAt:' .. ARGV[i], at)
    emit(KEYS[1], KEYS[3], at, 'task.queued', aboutTask(ARGV[i]))
  end
end
return 1
`;

/**
 * Told once per rev and version of the result, however often it is judged.
 * KEYS goal, tasks, events · ARGV rev, place, round, event data, event → 1, or 0 when it was told or the goal has ended or moved on.
 */
const tellReview = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev')
if not record[1] or terminal[record[1]] or record[2] ~= ARGV[1] then return 0 end
local told = ARGV[1] * 1000 + ARGV[3]
if tonumber(redis.call('HGET', KEYS[2], 'reviewed:' .. ARGV[2]) or 0) >= told then return 0 end
redis.call('HSET', KEYS[2], 'reviewed:' .. ARGV[2], told)
emit(KEYS[1], KEYS[3], clock(), ARGV[5], ARGV[4])
return 1
`;

/**
 * KEYS goal, tasks · ARGV place, lease, 1 when it is put back to go on later
 * → 1 when let go, 0 when it had been taken over: its death, which was not one, is uncounted.
 */
const releaseLease = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if holds(KEYS[2], ARGV[1], ARGV[2]) then
  local isLetGo = redis.call('HDEL', KEYS[2], 'open:' .. ARGV[1])
  if isLetGo == 1 and ARGV[3] == '1' then redis.call('HSET', KEYS[2], 'putBack:' .. ARGV[1], 1) end
  return isLetGo
end
if tonumber(redis.call('HGET', KEYS[2], 'deaths:' .. ARGV[1]) or 0) > 0 then
  redis.call('HINCRBY', KEYS[2], 'deaths:' .. ARGV[1], -1)
end
return 0
`;

/** KEYS goal, events · ARGV rev ('' for any), then pairs of event, data → 1, or 0 when the goal has ended, moved on or is gone. */
const appendEvents = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev')
if not record[1] or terminal[record[1]] or (ARGV[1] ~= '' and record[2] ~= ARGV[1]) then return 0 end
local at = clock()
for i = 2, #ARGV, 2 do
  emit(KEYS[1], KEYS[2], at, ARGV[i], ARGV[i + 1])
  if ARGV[i] == 'task.retrying' then redis.call('HINCRBY', KEYS[1], 'retryings', 1) end
end
return 1
`;

export const taskScripts = {
  startTask: script(3, startTask),
  recordOutcome: script(3, recordOutcome),
  tellReview: script(3, tellReview),
  releaseLease: script(2, releaseLease),
  appendEvents: script(2, appendEvents),
} as const;
