import { terminalGoalStatuses } from '../contract/goal-status.ts';

/**
 * The ledger's writes. Each is one Lua script, so that a step is recorded whole or not at all, in one round trip.
 *
 * Invariants:
 * 1. A goal's status moves only from a status the caller expected; a terminal status never changes.
 * 2. A task has one outcome: the first recorded. Nothing is recorded for an older rev or an ended goal.
 * 3. Every event is written in the script that makes it true; ids count from 1 without a gap; the terminal event is last.
 * 4. Times are Redis's own, in ms since the epoch.
 * 5. Texts pass through unread: Lua's JSON reader rejects what JavaScript's takes, so it is given task ids alone.
 */

const prelude = `
local function clock()
  local time = redis.call('TIME')
  return string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
end
local function emit(goal, events, at, event, data)
  local id = redis.call('HINCRBY', goal, 'lastEvent', 1)
  redis.call('XADD', events, string.format('%d-0', id), 'event', event, 'at', at, 'data', data)
end
local function aboutTask(id) return '{"taskId":"' .. id .. '"}' end
local terminal = { ${terminalGoalStatuses.map((status) => `${status} = true`).join(', ')} }
`;

/** KEYS goal, events, tenantGoals, openGoals · ARGV goalId, event data, field, value, … → its time, or '' when the id is taken. */
const createGoal = `
if redis.call('EXISTS', KEYS[1]) == 1 then return '' end
local at = clock()
redis.call('HSET', KEYS[1], 'status', 'accepted', 'createdAt', at, 'rev', '0', unpack(ARGV, 3))
redis.call('ZADD', KEYS[3], at, ARGV[1])
redis.call('ZADD', KEYS[4], at, ARGV[1])
emit(KEYS[1], KEYS[2], at, 'goal.accepted', ARGV[2])
return at
`;

/**
 * KEYS goal, events · ARGV expected statuses (",a,b,"), new status, event, event data
 * → 1 when moved, 2 when already there, 0 when the goal is in another state or gone.
 */
const advanceGoal = `
local status = redis.call('HGET', KEYS[1], 'status')
if not status then return 0 end
if status == ARGV[2] then return 2 end
if not string.find(ARGV[1], ',' .. status .. ',', 1, true) then return 0 end
local at = clock()
redis.call('HSET', KEYS[1], 'status', ARGV[2])
redis.call('HSETNX', KEYS[1], 'startedAt', at)
emit(KEYS[1], KEYS[2], at, ARGV[3], ARGV[4])
return 1
`;

/**
 * KEYS goal, tasks, events · ARGV rev, plan head, task ids, planned data, running data, then per task: id, spec, dependencies (ids, by blanks), their count
 * → 1, or 0 when the goal is not waiting for a plan.
 */
const recordPlan = `
local status = redis.call('HGET', KEYS[1], 'status')
if status ~= 'accepted' and status ~= 'planning' and status ~= 'awaiting_approval' then return 0 end
local at = clock()
redis.call('HSET', KEYS[1], 'status', 'running', 'rev', ARGV[1], 'plan', ARGV[2], 'taskIds', ARGV[3])
redis.call('HDEL', KEYS[1], 'givenPlan')
redis.call('HSETNX', KEYS[1], 'startedAt', at)
emit(KEYS[1], KEYS[3], at, 'goal.planned', ARGV[4])
emit(KEYS[1], KEYS[3], at, 'goal.running', ARGV[5])
for i = 6, #ARGV, 4 do
  local id = ARGV[i]
  redis.call('HSET', KEYS[2], 'spec:' .. id, ARGV[i + 1], 'needs:' .. id, ARGV[i + 2], 'awaits:' .. id, ARGV[i + 3])
  if ARGV[i + 3] == '0' then
    redis.call('HSET', KEYS[2], 'queuedAt:' .. ARGV[i], at)
    emit(KEYS[1], KEYS[3], at, 'task.queued', aboutTask(ARGV[i]))
  end
end
return 1
`;

/** KEYS goal, tasks · ARGV rev → 1 when this call moved the goal to the next rev, 0 when it had moved on or ended already. */
const startNextRev = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev', 'taskIds')
if not record[3] or terminal[record[1]] or record[2] ~= ARGV[1] then return 0 end
local run = {}
for _, id in ipairs(cjson.decode(record[3])) do
  if redis.call('HEXISTS', KEYS[2], 'outcome:' .. id) == 0 then run[#run + 1] = id end
end
redis.call('HSET', KEYS[1], 'rev', record[2] + 1, 'runTaskIds', #run == 0 and '[]' or cjson.encode(run))
return 1
`;

/** KEYS goal · ARGV rev → 1, or 0 when the goal has moved on. */
const markSubmitted = `
if redis.call('HGET', KEYS[1], 'rev') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'submittedRev', ARGV[1])
return 1
`;

/**
 * KEYS goal, tasks, events · ARGV rev, task id
 * → ['stale'] | ['settled', outcome] | ['started', starts, spec, goal, context, outcome of each dependency…].
 */
const startTask = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev', 'goal', 'context')
if not record[1] or terminal[record[1]] or record[2] ~= ARGV[1] then return { 'stale' } end
local settled = redis.call('HGET', KEYS[2], 'outcome:' .. ARGV[2])
if settled then return { 'settled', settled } end
local spec = redis.call('HMGET', KEYS[2], 'spec:' .. ARGV[2], 'needs:' .. ARGV[2])
if not spec[1] then return { 'stale' } end
local at = clock()
local starts = redis.call('HINCRBY', KEYS[2], 'starts:' .. ARGV[2], 1)
redis.call('HSETNX', KEYS[2], 'startedAt:' .. ARGV[2], at)
emit(KEYS[1], KEYS[3], at, 'task.started', '{"taskId":"' .. ARGV[2] .. '","attempt":' .. starts .. '}')
local reply = { 'started', starts, spec[1], record[3], record[4] }
for dependency in string.gmatch(spec[2], '%S+') do
  reply[#reply + 1] = redis.call('HGET', KEYS[2], 'outcome:' .. dependency)
end
return reply
`;

/**
 * KEYS goal, tasks, events · ARGV rev, task id, outcome, event, event data, then the dependents' ids
 * → 1 when recorded, 0 when the task has an outcome already, -1 when the goal has ended or moved to another rev.
 */
const recordOutcome = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev')
if not record[1] or terminal[record[1]] or record[2] ~= ARGV[1] then return -1 end
if redis.call('HSETNX', KEYS[2], 'outcome:' .. ARGV[2], ARGV[3]) == 0 then return 0 end
local at = clock()
redis.call('HSET', KEYS[2], 'finishedAt:' .. ARGV[2], at)
emit(KEYS[1], KEYS[3], at, ARGV[4], ARGV[5])
for i = 6, #ARGV do
  if redis.call('HINCRBY', KEYS[2], 'awaits:' .. ARGV[i], -1) == 0 then
    redis.call('HSET', KEYS[2], 'queuedAt:' .. ARGV[i], at)
    emit(KEYS[1], KEYS[3], at, 'task.queued', aboutTask(ARGV[i]))
  end
end
return 1
`;

/** KEYS goal, events · ARGV rev ('' for any), then pairs of event, data → 1, or 0 when the goal has ended, moved on or is gone. */
const appendEvents = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev')
if not record[1] or terminal[record[1]] or (ARGV[1] ~= '' and record[2] ~= ARGV[1]) then return 0 end
local at = clock()
for i = 2, #ARGV, 2 do emit(KEYS[1], KEYS[2], at, ARGV[i], ARGV[i + 1]) end
return 1
`;

/**
 * Ends a goal: every task without an outcome gets the given one, then the one terminal state, then its event, and all
 * processes are told. Its keys expire with the retention.
 * KEYS goal, tasks, events, journal, openGoals · ARGV goalId, rev ('' for any), status, event, event data, outcome for open tasks,
 * event for open tasks, channel, retention in ms, then field, value, …
 * → 1, or 0 when it had ended already, had moved to another rev, or is gone.
 */
const endGoal = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev', 'taskIds')
if not record[1] or terminal[record[1]] or (ARGV[2] ~= '' and record[2] ~= ARGV[2]) then return 0 end
local at = clock()
if record[3] then
  local ids = cjson.decode(record[3])
  for i = 1, #ids do
    if redis.call('HSETNX', KEYS[2], 'outcome:' .. ids[i], ARGV[6]) == 1 then
      redis.call('HSET', KEYS[2], 'finishedAt:' .. ids[i], at)
      emit(KEYS[1], KEYS[3], at, ARGV[7], aboutTask(ids[i]))
    end
  end
end
redis.call('HSET', KEYS[1], 'status', ARGV[3], 'finishedAt', at, unpack(ARGV, 10))
emit(KEYS[1], KEYS[3], at, ARGV[4], ARGV[5])
redis.call('ZREM', KEYS[5], ARGV[1])
for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], ARGV[9]) end
redis.call('PUBLISH', ARGV[8], ARGV[1])
return 1
`;

/**
 * KEYS goal, journal · ARGV entry → ['ended'] | ['recorded', response] | ['started', times this call has been started, this one included].
 */
const beginCall = `
local status = redis.call('HGET', KEYS[1], 'status')
if not status or terminal[status] then return { 'ended' } end
local response = redis.call('HGET', KEYS[2], 'response:' .. ARGV[1])
if response then return { 'recorded', response } end
local starts = redis.call('HINCRBY', KEYS[2], 'starts:' .. ARGV[1], 1)
if starts > 1 then redis.call('HINCRBY', KEYS[1], 'possiblyRepeatedCalls', 1) end
return { 'started', starts }
`;

/** Takes a `beginCall` back, with what it counted. KEYS goal, journal · ARGV entry. */
const abandonCall = `
if redis.call('HEXISTS', KEYS[2], 'starts:' .. ARGV[1]) == 0 then return 0 end
if redis.call('HINCRBY', KEYS[2], 'starts:' .. ARGV[1], -1) > 0 then
  redis.call('HINCRBY', KEYS[1], 'possiblyRepeatedCalls', -1)
end
return 1
`;

/**
 * Keeps a response and counts it, once. KEYS goal, journal · ARGV entry, response, simulated (0|1), then field, increment, …
 * → 1, or 0 when the entry held a response already or the goal is gone.
 */
const recordCall = `
local ttl = redis.call('PTTL', KEYS[1])
if ttl == -2 then return 0 end
if redis.call('HSETNX', KEYS[2], 'response:' .. ARGV[1], ARGV[2]) == 0 then return 0 end
if ttl > 0 then redis.call('PEXPIRE', KEYS[2], ttl) end
if ARGV[3] == '1' then redis.call('HSET', KEYS[1], 'simulated', '1') end
for i = 4, #ARGV, 2 do
  if ARGV[i + 1] ~= '0' then redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
end
return 1
`;

export const ledgerScripts = {
  createGoal: { lua: prelude + createGoal, numberOfKeys: 4 },
  advanceGoal: { lua: prelude + advanceGoal, numberOfKeys: 2 },
  recordPlan: { lua: prelude + recordPlan, numberOfKeys: 3 },
  startNextRev: { lua: prelude + startNextRev, numberOfKeys: 2 },
  markSubmitted: { lua: markSubmitted, numberOfKeys: 1 },
  startTask: { lua: prelude + startTask, numberOfKeys: 3 },
  recordOutcome: { lua: prelude + recordOutcome, numberOfKeys: 3 },
  appendEvents: { lua: prelude + appendEvents, numberOfKeys: 2 },
  endGoal: { lua: prelude + endGoal, numberOfKeys: 5 },
  beginCall: { lua: prelude + beginCall, numberOfKeys: 2 },
  abandonCall: { lua: abandonCall, numberOfKeys: 2 },
  recordCall: { lua: recordCall, numberOfKeys: 2 },
} as const;

export type LedgerScript = keyof typeof ledgerScripts;
