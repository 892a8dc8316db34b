import { ancestry } from './ancestry.ts';
import { script } from './prelude.ts';

/**
 * `mayAct(goal, tasks, place, lease, retries)`: the goal goes on, in the run that the caller knows, and so do those above it; nobody
 * took its place over, and it has no outcome.
 */
const prelude = `${ancestry}
local function mayAct(goal, tasks, place, lease, retries)
  local record = redis.call('HMGET', goal, 'status', 'retries')
  return record[1] and not terminal[record[1]] and (record[2] or '0') == retries and holds(tasks, place, lease)
    and redis.call('HEXISTS', tasks, 'outcome:' .. place) == 0 and not unwanted(goal)
end
`;

/**
 * KEYS goal, tasks, journal · ARGV entry, place, lease, retries
 * → ['ended'] when the goal has, or another run took the place over | ['recorded', response]
 * | ['started', times this call has been started, this one included].
 */
const beginCall = `${prelude}
if not mayAct(KEYS[1], KEYS[2], ARGV[2], ARGV[3], ARGV[4]) then return { 'ended' } end
local response = redis.call('HGET', KEYS[3], 'response:' .. ARGV[1])
if response then return { 'recorded', response } end
local starts = redis.call('HINCRBY', KEYS[3], 'starts:' .. ARGV[1], 1)
if starts > 1 then count(KEYS[1], 'possiblyRepeatedCalls', 1) end
return { 'started', starts }
`;

/**
 * Counts the answers that were lost, when the request may be sent again.
 * KEYS goal, tasks · ARGV place, lease, retries, answers lost → 1 when it may be, 0 when the goal has ended or another run took the place over.
 */
const mayCallAgain = `${prelude}
if not mayAct(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3]) then return 0 end
if ARGV[4] ~= '0' then count(KEYS[1], 'possiblyRepeatedCalls', ARGV[4]) end
return 1
`;

/** Takes a `beginCall` back, with what it counted. KEYS goal, journal · ARGV entry. */
const abandonCall = `${ancestry}
if redis.call('HEXISTS', KEYS[2], 'starts:' .. ARGV[1]) == 0 then return 0 end
if redis.call('HINCRBY', KEYS[2], 'starts:' .. ARGV[1], -1) > 0 then
  count(KEYS[1], 'possiblyRepeatedCalls', -1)
end
return 1
`;

/**
 * Keeps a response and counts it, once, for its goal and those above; also for a run that was taken over, since it is paid for.
 * KEYS goal, journal · ARGV entry, response, simulated (0|1), then field, increment, …
 * → 1, or 0 when the entry held a response already or the goal is gone.
 */
const recordCall = `${ancestry}
local ttl = redis.call('PTTL', KEYS[1])
if ttl == -2 then return 0 end
if redis.call('HSETNX', KEYS[2], 'response:' .. ARGV[1], ARGV[2]) == 0 then return 0 end
if ttl > 0 then redis.call('PEXPIRE', KEYS[2], ttl) end
upwards(KEYS[1], function(goal)
  if ARGV[3] == '1' then redis.call('HSET', goal, 'simulated', '1') end
  for i = 4, #ARGV, 2 do
    if ARGV[i + 1] ~= '0' then redis.call('HINCRBY', goal, ARGV[i], ARGV[i + 1]) end
  end
end)
return 1
`;

export const journalScripts = {
  beginCall: script(3, beginCall),
  mayCallAgain: script(2, mayCallAgain),
  abandonCall: script(2, abandonCall),
  recordCall: script(2, recordCall),
} as const;
