import { ancestry } from './ancestry.ts';
import { endGoal, retryGoal } from './goal-end.ts';
import { script } from './prelude.ts';

/**
 * Makes the goal that a task is handed on as, once, and lets go of the task's lease. It expires with its parent,
 * and counts as accepted when the goal at the top was.
 * KEYS goal, tasks, events, sub-goal, its events, openGoals · ARGV rev, task id, lease, sub-goal's id, job that waits for it,
 * progress data for the goal, data of its first event, then field, value, …
 * → ['created', time] | ['exists'] when the task has one | ['stale'] when the goal has ended or moved on, or the task has ended
 * | ['taken_over'].
 */
const createSubGoal = `
local goal = redis.call('HMGET', KEYS[1], 'status', 'rev', 'retries', 'tenant', 'deadlineAt', 'taskPrompts', 'subGoals', 'acceptedAt', 'createdAt')
if not goal[1] or terminal[goal[1]] or goal[2] ~= ARGV[1] then return { 'stale' } end
if redis.call('HEXISTS', KEYS[2], 'outcome:' .. ARGV[2]) == 1 then return { 'stale' } end
if redis.call('HEXISTS', KEYS[2], 'sub:' .. ARGV[2]) == 1 then return { 'exists' } end
if not holds(KEYS[2], ARGV[2], ARGV[3]) then return { 'taken_over' } end
local at = clock()
redis.call('HSET', KEYS[4], 'status', 'accepted', 'createdAt', at, 'rev', '0', 'tenant', goal[4],
  'deadline', string.format('%.0f', math.max(1, goal[5] - at)), 'deadlineAt', goal[5],
  'id', ARGV[4], 'parentKey', KEYS[1], 'parentTasks', KEYS[2], 'parentTask', ARGV[2], 'waiting', ARGV[5], unpack(ARGV, 8))
redis.call('HSET', KEYS[4], 'acceptedAt', goal[8] or goal[9])
if goal[6] then redis.call('HSET', KEYS[4], 'taskPrompts', goal[6]) end
redis.call('ZADD', KEYS[6], goal[5], ARGV[4])
emit(KEYS[4], KEYS[5], at, 'goal.accepted', ARGV[7])
redis.call('HSET', KEYS[2], 'sub:' .. ARGV[2], ARGV[4], 'subRun:' .. ARGV[2], (goal[3] or '0') .. ' 0')
redis.call('HSET', KEYS[1], 'subGoals', goal[7] and goal[7] .. ' ' .. ARGV[4] or ARGV[4])
close(KEYS[2], ARGV[2])
emit(KEYS[1], KEYS[3], at, 'task.progress', ARGV[6])
return { 'created', at }
`;

/**
 * What whoever waits for a sub-goal is to do. The first look of each run of the goal decides whether the sub-goal is to be retried:
 * one that ended without full success is. \`subRun:\` holds that run, and the retries that the sub-goal is to have had.
 * KEYS goal, tasks, events, sub-goal, openGoals · ARGV rev, task id, sub-goal's id, job that waits, progress data for the goal
 * → ['stale'] | ['settled', outcome] | ['gone'] when the task has no such sub-goal (any more) | ['retry' | 'open' | 'ended', lease,
 * the sub-goal's retries, its time of acceptance, whether its flow is in its queues (0|1)].
 */
const attendSubGoal = `
local goal = redis.call('HMGET', KEYS[1], 'status', 'rev', 'retries', 'deadlineAt')
if not goal[1] or terminal[goal[1]] or goal[2] ~= ARGV[1] then return { 'stale' } end
local task = redis.call('HMGET', KEYS[2], 'outcome:' .. ARGV[2], 'sub:' .. ARGV[2], 'subRun:' .. ARGV[2])
if task[1] then return { 'settled', task[1] } end
local sub = redis.call('HMGET', KEYS[4], 'status', 'retries', 'createdAt', 'rev', 'submittedRev', 'waiting', 'deadlineAt')
if task[2] ~= ARGV[3] then return { 'gone' } end
if not sub[1] then
  redis.call('HDEL', KEYS[2], 'sub:' .. ARGV[2], 'subRun:' .. ARGV[2])
  return { 'gone' }
end
local run, wanted = string.match(task[3] or '', '^(%d+) (%d+)$')
local retries = tonumber(sub[2] or 0)
if run ~= (goal[3] or '0') then
  wanted = terminal[sub[1]] and sub[1] ~= 'succeeded' and retries + 1 or retries
  redis.call('HSET', KEYS[2], 'subRun:' .. ARGV[2], (goal[3] or '0') .. ' ' .. wanted)
  local at = clock()
  local attempt = redis.call('HINCRBY', KEYS[2], 'starts:' .. ARGV[2], 1)
  redis.call('HSETNX', KEYS[2], 'startedAt:' .. ARGV[2], at)
  emit(KEYS[1], KEYS[3], at, 'task.started', '{"taskId":"' .. ARGV[2] .. '","attempt":' .. attempt .. '}')
  emit(KEYS[1], KEYS[3], at, 'task.progress', ARGV[5])
end
local kind = not terminal[sub[1]] and 'open' or retries < tonumber(wanted) and 'retry' or 'ended'
if kind ~= 'ended' and sub[6] ~= ARGV[4] then redis.call('HSET', KEYS[4], 'waiting', ARGV[4]) end
if kind == 'open' and sub[7] ~= goal[4] then
  redis.call('HSET', KEYS[4], 'deadlineAt', goal[4])
  redis.call('ZADD', KEYS[5], 'XX', goal[4], ARGV[3])
end
local lease = redis.call('HGET', KEYS[2], 'starts:' .. ARGV[2]) or '0'
return { kind, lease, sub[2] or '0', sub[3], sub[1] ~= 'accepted' and sub[4] == (sub[5] or '0') and 1 or 0 }
`;

/** As `retryGoal`, for a sub-goal that is wanted and has had so many retries. KEYS and ARGV as there, then the retries. */
const retrySubGoal = `${ancestry}
if unwanted(KEYS[1]) or (redis.call('HGET', KEYS[1], 'retries') or '0') ~= ARGV[3] then return { 'refused' } end
${retryGoal}`;

/** As `endGoal`, for a sub-goal that nobody wants any more. */
const endUnwantedGoal = `${ancestry}
if not unwanted(KEYS[1]) then return 0 end
${endGoal}`;

/** KEYS openGoals · ARGV cursor, most to look at, what goal keys begin with → [cursor, unwanted sub-goals' ids…]. */
const unwantedGoals = `${ancestry}
local page = redis.call('ZSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
local reply = { page[1] }
for i = 1, #page[2], 2 do
  if unwanted(ARGV[3] .. page[2][i]) then reply[#reply + 1] = page[2][i] end
end
return reply
`;

export const subGoalScripts = {
  createSubGoal: script(6, createSubGoal),
  attendSubGoal: script(5, attendSubGoal),
  retrySubGoal: script(8, retrySubGoal),
  endUnwantedGoal: script(10, endUnwantedGoal),
  unwantedGoals: script(1, unwantedGoals),
} as const;
