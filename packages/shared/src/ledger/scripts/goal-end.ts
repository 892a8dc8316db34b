import { script } from './prelude.ts';

/**
 * Ends a goal: every task without an outcome gets the given one, then the one terminal state, then its event; the webhook
 * goes to the outbox, and all processes are told. `results` gets one object more, after a comma. Its keys expire with the
 * retention, those of a sub-goal not before its parent's.
 * KEYS goal, tasks, events, journal, deliveries, openGoals, outbox, closingRuns, endedGoals, openCounts · ARGV goalId, rev ('' for
 * any), place and lease of who decided it ('' without one), status, event, event data, outcome for open tasks, event for open tasks, channel, retention in ms,
 * whether jobs of the run may be left (0|1), whether only if its deadline has passed (0|1), the one status that it may be in ('' for any), then field, value, …
 * → [the phase that it ended in, ms since its acceptance or its last retry], or 0 when it had ended already, had moved to another rev, is
 * somebody else's to end, or is gone.
 */
export const endGoal = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev', 'taskIds', 'webhook', 'runTaskIds', 'tenant', 'deadlineAt', 'parentKey',
  'phaseAt', 'createdAt', 'retriedAt')
if not record[1] or terminal[record[1]] or (ARGV[2] ~= '' and record[2] ~= ARGV[2]) then return 0 end
if ARGV[14] ~= '' and record[1] ~= ARGV[14] then return 0 end
if not holds(KEYS[2], ARGV[3], ARGV[4]) then return 0 end
local at = clock()
if ARGV[13] == '1' and tonumber(record[7]) > tonumber(at) then return 0 end
close(KEYS[2], ARGV[3])
if record[3] then
  local ids = cjson.decode(record[3])
  for i = 1, #ids do
    if redis.call('HSETNX', KEYS[2], 'outcome:' .. ids[i], ARGV[8]) == 1 then
      redis.call('HSET', KEYS[2], 'finishedAt:' .. ids[i], at)
      emit(KEYS[1], KEYS[3], at, ARGV[9], aboutTask(ids[i]))
    end
  end
end
redis.call('HSET', KEYS[1], 'status', ARGV[5], 'finishedAt', at, unpack(ARGV, 15))
local before = redis.call('HGET', KEYS[1], 'results')
local result = '{"rev":' .. record[2] .. ',"status":"' .. ARGV[5] .. '","finishedAt":' .. at .. '}'
redis.call('HSET', KEYS[1], 'results', before and before .. ',' .. result or result)
emit(KEYS[1], KEYS[3], at, ARGV[6], ARGV[7])
redis.call('ZREM', KEYS[6], ARGV[1])
if not record[8] then closed(KEYS[10], record[6]) end
local kept = record[8] and string.format('%.0f', math.max(0, record[7] - at) + ARGV[11]) or ARGV[11]
redis.call('ZADD', KEYS[9], string.format('%.0f', at + kept), ARGV[1] .. ' ' .. record[6])
if record[4] then
  local run = redis.call('HGET', KEYS[1], 'retries') or '0'
  redis.call('HSET', KEYS[5], 'message:' .. run, '{"type":"' .. ARGV[6] .. '","status":"' .. ARGV[5] .. '","at":' .. at .. '}')
  redis.call('ZADD', KEYS[7], at, ARGV[1] .. '.' .. run)
end
if ARGV[12] == '1' and record[2] ~= '0' then
  redis.call('HSET', KEYS[1], 'run:' .. record[2], record[5] or '')
  redis.call('ZADD', KEYS[8], at, ARGV[1] .. '.' .. record[2])
end
for i = 1, 5 do redis.call('PEXPIRE', KEYS[i], kept) end
redis.call('PUBLISH', ARGV[10], ARGV[1])
return { phaseOf(record[1], record[9], record[10], at), string.format('%.0f', math.max(0, at - (record[11] or record[10] or at))) }
`;

/**
 * Sets an ended goal going again, as a new rev that holds what failed, was skipped or was cancelled, but for what an early finish
 * left out; its answer is kept under its rev. A goal that ended before it had a plan is planned anew, unless it expired with one
 * that nobody had decided on: that is proposed again. A task whose sub-goal gave only a part is done again with it, and so is
 * whatever was built on that part.
 * KEYS goal, tasks, events, journal, deliveries, openGoals, endedGoals, openCounts · ARGV goalId, most open goals of its tenant (0 for any number)
 * → ['gone'] | ['refused', status] | ['full'] | ['retried', retries].
 */
export const retryGoal = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev', 'taskIds', 'deadline', 'tenant', 'parentKey')
local status = record[1]
if not status then return { 'gone' } end
if not terminal[status] or status == 'succeeded' then return { 'refused', status } end
local most = tonumber(ARGV[2])
if most > 0 and tonumber(redis.call('HGET', KEYS[8], record[5]) or 0) >= most then return { 'full' } end
if not record[6] then opened(KEYS[8], record[5]) end
local at = clock()
local ids = record[3] and cjson.decode(record[3]) or {}
local run, runs = {}, {}
for _, id in ipairs(ids) do
  local outcome = redis.call('HGET', KEYS[2], 'outcome:' .. id) or ''
  local how = string.match(outcome, '^{"status":"(%a+)"')
  local isUnneeded = how == 'cancelled' and string.find(outcome, '"finishedEarly":true', 1, true)
  if how ~= 'succeeded' and not isUnneeded and (how ~= 'partial' or redis.call('HEXISTS', KEYS[2], 'sub:' .. id) == 1) then
    run[#run + 1] = id
    runs[id] = true
  end
end
local proposed = status == 'expired' and redis.call('HGET', KEYS[1], 'proposedPlan')
if proposed then redis.call('HSET', KEYS[1], 'givenPlan', proposed) end
for i = 1, 5 do redis.call('PERSIST', KEYS[i]) end
local retries = redis.call('HINCRBY', KEYS[1], 'retries', 1)
local output = redis.call('HGET', KEYS[1], 'output')
if output then redis.call('HSET', KEYS[1], 'output:' .. record[2], output) end
redis.call(
  'HDEL', KEYS[1], 'finishedAt', 'output', 'missing', 'error', 'lostFlows', 'proposedPlan', 'citations', 'reviews', 'prompts')
for _, place in ipairs({ ':planner', ':synthesis', ':replanner', ':assessor' }) do
  redis.call('HDEL', KEYS[2], 'open:' .. place, 'deaths:' .. place)
  if redis.call('HEXISTS', KEYS[2], 'starts:' .. place) == 1 then redis.call('HINCRBY', KEYS[2], 'starts:' .. place, 1) end
end
local dependents = {}
for _, id in ipairs(ids) do
  for dependency in string.gmatch(redis.call('HGET', KEYS[2], 'needs:' .. id) or '', '%S+') do
    dependents[dependency] = dependents[dependency] or {}
    table.insert(dependents[dependency], id)
  end
end
local place = 1
while run[place] do
  for _, id in ipairs(dependents[run[place]] or {}) do
    if not runs[id] then
      run[#run + 1] = id
      runs[id] = true
    end
  end
  place = place + 1
end
local deadlineAt = record[6] and redis.call('HGET', record[6], 'deadlineAt') or string.format('%.0f', at + record[4])
redis.call('HSET', KEYS[1], 'deadlineAt', deadlineAt, 'phaseAt', at, 'retriedAt', at)
redis.call('ZADD', KEYS[6], deadlineAt, ARGV[1])
redis.call('ZREM', KEYS[7], ARGV[1] .. ' ' .. record[5])
local list = #run == 0 and '[]' or cjson.encode(run)
emit(KEYS[1], KEYS[3], at, 'goal.retried', '{"taskIds":' .. list .. '}')
if #ids == 0 then
  redis.call('HSET', KEYS[1], 'status', 'accepted', 'rev', '0')
  redis.call('HDEL', KEYS[1], 'plan', 'taskIds')
  return { 'retried', retries }
end
redis.call('HSET', KEYS[1], 'status', 'running', 'rev', record[2] + 1, 'runTaskIds', list)
emit(KEYS[1], KEYS[3], at, 'goal.running', '{}')
for _, id in ipairs(run) do
  for _, field in ipairs({
    'outcome:', 'finishedAt:', 'startedAt:', 'queuedAt:', 'open:', 'deaths:', 'reviewed:', 'putBack:', 'spentTokens:', 'spentNanoUsd:' }) do
    redis.call('HDEL', KEYS[2], field .. id)
  end
  local awaits = 0
  for dependency in string.gmatch(redis.call('HGET', KEYS[2], 'needs:' .. id), '%S+') do
    if runs[dependency] then awaits = awaits + 1 end
  end
  redis.call('HSET', KEYS[2], 'awaits:' .. id, awaits)
  if awaits == 0 then
    redis.call('HSET', KEYS[2], 'queuedAt:' .. id, at)
    emit(KEYS[1], KEYS[3], at, 'task.queued', aboutTask(id))
  end
end
return { 'retried', retries }
`;

export const goalEndScripts = {
  endGoal: script(10, endGoal),
  retryGoal: script(8, retryGoal),
} as const;
