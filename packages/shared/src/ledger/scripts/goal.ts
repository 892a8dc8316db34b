import { script } from './prelude.ts';

/**
 * Moves a goal on and takes the lease of who works on that step.
 * KEYS goal, tasks, events · ARGV expected statuses (",a,b,"), rev ('' for any), new status, event, event data, place, run
 * → [''] when the goal is in another state or rev or gone; else ['moved'|'already', lease or '' when the place is spent, retries,
 * the phase that it left, if it moved].
 */
const advanceGoal = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev', 'retries', 'phaseAt', 'createdAt')
local status = record[1]
if not status or (ARGV[2] ~= '' and record[2] ~= ARGV[2]) then return { '' } end
local already = status == ARGV[3]
if not already and not string.find(ARGV[1], ',' .. status .. ',', 1, true) then return { '' } end
local left
if not already then
  local at = clock()
  left = phaseOf(status, record[4], record[5], at)
  redis.call('HSET', KEYS[1], 'status', ARGV[3], 'phaseAt', at)
  redis.call('HSETNX', KEYS[1], 'startedAt', at)
  emit(KEYS[1], KEYS[3], at, ARGV[4], ARGV[5])
end
return { already and 'already' or 'moved', take(KEYS[2], ARGV[6], ARGV[7]) or '', record[3] or '0', left }
`;

/**
 * KEYS goal, tasks, events · ARGV rev, plan head, task ids, planned data ('' when it was told already), place and lease of the planner
 * ('' without one), expected statuses (",a,b,"), whether the caller adds the flow (0|1), data of its running, number of fields and values,
 * field, value, …, then per task: id, spec, dependencies (ids, by blanks), their count, and of one that is not to run outcome, event and
 * event data ('' each otherwise)
 * → the phase that the goal left, or 0 when it is not waiting for a plan or another run plans it.
 */
const recordPlan = `
local status, since, createdAt = unpack(redis.call('HMGET', KEYS[1], 'status', 'phaseAt', 'createdAt'))
if not status or not string.find(ARGV[7], ',' .. status .. ',', 1, true) then return 0 end
if not holds(KEYS[2], ARGV[5], ARGV[6]) then return 0 end
local at = clock()
close(KEYS[2], ARGV[5])
redis.call('HSET', KEYS[1], 'status', 'running', 'phaseAt', at, 'rev', ARGV[1], 'plan', ARGV[2], 'taskIds', ARGV[3])
if ARGV[8] == '1' then redis.call('HSET', KEYS[1], 'claimedRev', ARGV[1]) end
redis.call('HDEL', KEYS[1], 'givenPlan', 'proposedPlan')
redis.call('HSETNX', KEYS[1], 'startedAt', at)
if ARGV[4] ~= '' then emit(KEYS[1], KEYS[3], at, 'goal.planned', ARGV[4]) end
emit(KEYS[1], KEYS[3], at, 'goal.running', ARGV[9])
local rest = 11 + ARGV[10]
for i = 11, rest - 1, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
for i = rest, #ARGV, 7 do
  local id = ARGV[i]
  redis.call('HSET', KEYS[2], 'spec:' .. id, ARGV[i + 1], 'needs:' .. id, ARGV[i + 2], 'awaits:' .. id, ARGV[i + 3])
  if ARGV[i + 4] ~= '' then
    redis.call('HSET', KEYS[2], 'outcome:' .. id, ARGV[i + 4], 'finishedAt:' .. id, at)
    emit(KEYS[1], KEYS[3], at, ARGV[i + 5], ARGV[i + 6])
  elseif ARGV[i + 3] == '0' then
    redis.call('HSET', KEYS[2], 'queuedAt:' .. id, at)
    emit(KEYS[1], KEYS[3], at, 'task.queued', aboutTask(id))
  end
end
return phaseOf(status, since, createdAt, at)
`;

/**
 * Puts a plan before somebody who is to approve it.
 * KEYS goal, tasks, events · ARGV plan, planned data, place and lease of the planner ('' without one)
 * → the phase that the goal left, or 0 when it is not waiting for a plan or another run plans it.
 */
const proposePlan = `
local status, since, createdAt = unpack(redis.call('HMGET', KEYS[1], 'status', 'phaseAt', 'createdAt'))
if status ~= 'accepted' and status ~= 'planning' then return 0 end
if not holds(KEYS[2], ARGV[3], ARGV[4]) then return 0 end
local at = clock()
close(KEYS[2], ARGV[3])
redis.call('HSET', KEYS[1], 'status', 'awaiting_approval', 'phaseAt', at, 'proposedPlan', ARGV[1])
redis.call('HSETNX', KEYS[1], 'startedAt', at)
emit(KEYS[1], KEYS[3], at, 'goal.planned', ARGV[2])
emit(KEYS[1], KEYS[3], at, 'goal.awaiting_approval', '{}')
return phaseOf(status, since, createdAt, at)
`;

/** KEYS goal · ARGV rev → 1 for the one caller that may add the flow of this rev, 0 when it is taken or the goal has moved on or ended. */
const claimFlow = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev', 'claimedRev')
if not record[1] or terminal[record[1]] or record[2] ~= ARGV[1] or record[3] == ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'claimedRev', ARGV[1])
return 1
`;

/**
 * KEYS goal, tasks · ARGV rev, times that a goal's flow may be lost
 * → 1 when this call moved the goal to the next rev, 0 when it had moved on or ended already, -1 when it was lost too often.
 */
const startNextRev = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev', 'taskIds', 'lostFlows')
if not record[3] or terminal[record[1]] or record[2] ~= ARGV[1] then return 0 end
if tonumber(record[4] or 0) >= tonumber(ARGV[2]) then return -1 end
local run = {}
for _, id in ipairs(cjson.decode(record[3])) do
  if redis.call('HEXISTS', KEYS[2], 'outcome:' .. id) == 0 then run[#run + 1] = id end
end
local rev = record[2] + 1
redis.call('HSET', KEYS[1], 'rev', rev, 'claimedRev', rev, 'runTaskIds', #run == 0 and '[]' or cjson.encode(run))
redis.call('HINCRBY', KEYS[1], 'lostFlows', 1)
return 1
`;

/** KEYS goal · ARGV rev → 1, or 0 when the goal has moved on. */
const markSubmitted = `
if redis.call('HGET', KEYS[1], 'rev') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'submittedRev', ARGV[1])
return 1
`;

export const goalScripts = {
  advanceGoal: script(3, advanceGoal),
  recordPlan: script(3, recordPlan),
  proposePlan: script(3, proposePlan),
  claimFlow: script(1, claimFlow),
  startNextRev: script(2, startNextRev),
  markSubmitted: script(1, markSubmitted),
} as const;
