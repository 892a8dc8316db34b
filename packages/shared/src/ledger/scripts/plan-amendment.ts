import { script } from './prelude.ts';

/**
 * Moves a running goal on to its next rev with another plan, or with fewer of its tasks to do. The old rev's jobs are left to be
 * cleared, and whoever works on one of them is told that its work is over.
 * KEYS goal, tasks, events, closingRuns · ARGV goalId, rev, place and lease of who decided it, event, event data, channel, the old run
 * as it is to be cleared, counter to raise ('' for none), outcome for tasks without one ('' when they run), event for these, plan head and
 * task ids ('' each when the plan stays), ids whose outcomes are forgotten (by blanks), number of fields, field, value, …,
 * then per task of a plan that changes: id, spec, dependencies (ids, by blanks), and of one that is not to run outcome, event and event
 * data ('' each otherwise)
 * → 1 for the one caller that moved it, which alone may add the flow of the next rev; 0 when the goal is not running, has moved on, or
 * is somebody else's to change.
 */
const amendPlan = `
local record = redis.call('HMGET', KEYS[1], 'status', 'rev', 'taskIds')
if record[1] ~= 'running' or record[2] ~= ARGV[2] or not record[3] then return 0 end
if not holds(KEYS[2], ARGV[3], ARGV[4]) then return 0 end
local at = clock()
close(KEYS[2], ARGV[3])
local function forget(id, names)
  if redis.call('HEXISTS', KEYS[2], 'open:' .. id) == 1 then redis.call('HINCRBY', KEYS[2], 'starts:' .. id, 1) end
  for _, name in ipairs(names) do redis.call('HDEL', KEYS[2], name .. ':' .. id) end
end
local run = {
  'outcome', 'finishedAt', 'startedAt', 'queuedAt', 'open', 'deaths', 'sub', 'subRun', 'reviewed', 'putBack', 'announced' }
for id in string.gmatch(ARGV[14], '%S+') do forget(id, run) end
local ids = cjson.decode(record[3])
local rest = 16 + 2 * ARGV[15]
local leftOut = {}
if ARGV[13] ~= '' then
  local kept = {}
  for i = rest, #ARGV, 6 do
    kept[ARGV[i]] = true
    redis.call('HSET', KEYS[2], 'spec:' .. ARGV[i], ARGV[i + 1], 'needs:' .. ARGV[i], ARGV[i + 2])
    if ARGV[i + 3] ~= '' then leftOut[#leftOut + 1] = i end
  end
  for _, id in ipairs(ids) do
    if not kept[id] then
      forget(id, run)
      forget(id, { 'spec', 'needs', 'awaits' })
    end
  end
  ids = cjson.decode(ARGV[13])
  redis.call('HSET', KEYS[1], 'plan', ARGV[12], 'taskIds', ARGV[13])
end
for _, i in ipairs(leftOut) do
  redis.call('HSET', KEYS[2], 'outcome:' .. ARGV[i], ARGV[i + 3], 'finishedAt:' .. ARGV[i], at)
end
local open, isOpen = {}, {}
for _, id in ipairs(ids) do
  if redis.call('HEXISTS', KEYS[2], 'outcome:' .. id) == 0 then
    open[#open + 1] = id
    isOpen[id] = true
  end
end
emit(KEYS[1], KEYS[3], at, ARGV[5], ARGV[6])
for _, i in ipairs(leftOut) do emit(KEYS[1], KEYS[3], at, ARGV[i + 4], ARGV[i + 5]) end
if ARGV[10] ~= '' then
  for _, id in ipairs(open) do
    redis.call('HSET', KEYS[2], 'outcome:' .. id, ARGV[10], 'finishedAt:' .. id, at)
    emit(KEYS[1], KEYS[3], at, ARGV[11], aboutTask(id))
  end
  open = {}
end
for _, id in ipairs(open) do
  local awaits = 0
  for dependency in string.gmatch(redis.call('HGET', KEYS[2], 'needs:' .. id), '%S+') do
    if isOpen[dependency] then awaits = awaits + 1 end
  end
  redis.call('HSET', KEYS[2], 'awaits:' .. id, awaits)
  if awaits == 0 and redis.call('HSETNX', KEYS[2], 'queuedAt:' .. id, at) == 1 then
    emit(KEYS[1], KEYS[3], at, 'task.queued', aboutTask(id))
  end
end
local rev = record[2] + 1
local list = #open == 0 and '[]' or cjson.encode(open)
redis.call('HSET', KEYS[1], 'rev', rev, 'claimedRev', rev, 'amendedRev', rev, 'runTaskIds', list, 'run:' .. record[2], ARGV[8])
if ARGV[9] ~= '' then redis.call('HINCRBY', KEYS[1], ARGV[9], 1) end
for i = 16, rest - 1, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('ZADD', KEYS[4], at, ARGV[1] .. '.' .. record[2])
redis.call('PUBLISH', ARGV[7], ARGV[1] .. ' ' .. record[2])
return 1
`;

export const planAmendmentScripts = { amendPlan: script(4, amendPlan) } as const;
