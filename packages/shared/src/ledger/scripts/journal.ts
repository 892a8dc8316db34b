import { ancestry } from './ancestry.ts';
import { budgets } from './budgets.ts';
import { day } from './day.ts';
import { heldCalls } from './held-calls.ts';
import { mayAct } from './may-act.ts';
import { script } from './prelude.ts';
import { dayUsage } from './usage.ts';

/** `tenantFrom`: the tenant whose calls these are, nil where it has no budget. `fieldOf`: names a call among those of all goals. */
const prelude = `
local function tenantFrom(usage, at)
  if ARGV[at] == '' then return nil end
  return { usage = usage, held = ARGV[at], maxTokens = tonumber(ARGV[at + 1]), maxNanoUsd = tonumber(ARGV[at + 2]) }
end
local function fieldOf(goal, entry) return goal .. ' ' .. entry end
`;

/**
 * Begins a call, and holds what it claims of the budgets that there are.
 * KEYS goal, tasks, journal · ARGV entry, place, lease, retries, the claim (5), what its tenant's usage begins with, what holds its
 * tenant's calls ('' when it has no budget), the tenant's most tokens and nano-dollars of a day ('' for any)
 * → ['ended'] when the goal has, or another run took the place over | ['recorded', response]
 * | ['busy'] | ['over_budget', …] as \`refused\` says | ['started', times this call has been started, this one included].
 */
const beginCall = `${mayAct}${day}${budgets}${prelude}
if not mayAct(KEYS[1], KEYS[2], ARGV[2], ARGV[3], ARGV[4]) then return { 'ended' } end
local response = redis.call('HGET', KEYS[3], 'response:' .. ARGV[1])
if response then return { 'recorded', response } end
local tenant = tenantFrom(ARGV[10], 11)
local levels = levelsOf(KEYS[1], KEYS[2], ARGV[2], tenant)
local at, claim, field = #levels > 0 and clock(), claimFrom(5), fieldOf(KEYS[1], ARGV[1])
local no = refused(levels, tenant, field, claim, at)
if no then return no end
local starts = redis.call('HINCRBY', KEYS[3], 'starts:' .. ARGV[1], 1)
if starts > 1 then count(KEYS[1], 'possiblyRepeatedCalls', 1) end
for _, level in ipairs(levels) do
  local earlier = release(level, field)
  if earlier then countLost(level, earlier[1], earlier[3]) end
  hold(level, field, claim, at)
end
return { 'started', starts }
`;

/**
 * Counts the answers that were lost, when the request may be sent again, and holds its claim for as long again. With what was lost it must
 * fit its budgets once more; for others under way it does not wait.
 * KEYS goal, tasks · ARGV place, lease, retries, answers lost, entry, as for \`beginCall\` the tenant's (4)
 * → 1 when it may be, 0 when the goal has ended or another run took the place over, ['over_budget', …] as \`refused\` says.
 */
const mayCallAgain = `${mayAct}${day}${budgets}${prelude}
if not mayAct(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3]) then return 0 end
if ARGV[4] ~= '0' then count(KEYS[1], 'possiblyRepeatedCalls', ARGV[4]) end
local field, at, tenant = fieldOf(KEYS[1], ARGV[5]), clock(), tenantFrom(ARGV[6], 7)
local held, claim = {}, nil
for _, level in ipairs(levelsOf(KEYS[1], KEYS[2], ARGV[1], tenant)) do
  local own = release(level, field)
  if own then
    if ARGV[4] ~= '0' then countLost(level, own[1] * ARGV[4], own[3] * ARGV[4]) end
    claim = { own[1], own[2], own[3], own[4], own[6] }
    held[#held + 1] = level
  end
end
local no = claim and ARGV[4] ~= '0' and refused(held, tenant, field, claim, at)
if no and no[1] == 'over_budget' then return no end
for _, level in ipairs(held) do hold(level, field, claim, at) end
return 1
`;

/** Takes a `beginCall` back, with what it counted and held. KEYS goal, tasks, journal · ARGV entry, place, the tenant's (4). */
const abandonCall = `${ancestry}${day}${heldCalls}${prelude}
if tonumber(redis.call('HGET', KEYS[3], 'starts:' .. ARGV[1]) or 0) < 1 then return 0 end
local field = fieldOf(KEYS[1], ARGV[1])
for _, level in ipairs(levelsOf(KEYS[1], KEYS[2], ARGV[2], tenantFrom(ARGV[3], 4))) do release(level, field) end
if redis.call('HINCRBY', KEYS[3], 'starts:' .. ARGV[1], -1) > 0 then
  count(KEYS[1], 'possiblyRepeatedCalls', -1)
end
return 1
`;

/** Holds a call's claim as that of a lost one, whose end nobody waits for any more. KEYS goal, tasks · ARGV entry, place, the tenant's (4). */
const loseCall = `${day}${heldCalls}${prelude}
local field = fieldOf(KEYS[1], ARGV[1])
for _, level in ipairs(levelsOf(KEYS[1], KEYS[2], ARGV[2], tenantFrom(ARGV[3], 4))) do
  local own = ownHeld(level, field)
  if own and own[5] > 0 then lose(level, field, own) end
end
return 1
`;

/**
 * Keeps a response and counts it, once, for its goal and those above, and for its tenant's day; also for a run that was taken over, since
 * it is paid for. What was held for it is let go of.
 * KEYS goal, tasks, journal · ARGV entry, place, the tenant's (4), response, simulated (0|1), kind and model of the call, ms that a day's
 * usage is kept, tokens, nano-dollars ('' when not known), then field, increment, …
 * → 1, or 0 when the entry held a response already or the goal is gone.
 */
const recordCall = `${ancestry}${dayUsage}${heldCalls}${prelude}
local ttl = redis.call('PTTL', KEYS[1])
if ttl == -2 then return 0 end
if redis.call('HSETNX', KEYS[3], 'response:' .. ARGV[1], ARGV[7]) == 0 then return 0 end
local at, field = clock(), fieldOf(KEYS[1], ARGV[1])
redis.call('HSET', KEYS[3], 'call:' .. redis.call('HINCRBY', KEYS[3], 'calls', 1), at .. ' ' .. ARGV[1])
if ttl > 0 then redis.call('PEXPIRE', KEYS[3], ttl) end
upwards(KEYS[1], function(goal)
  if ARGV[8] == '1' then redis.call('HSET', goal, 'simulated', '1') end
  for i = 13, #ARGV, 2 do
    if ARGV[i + 1] ~= '0' then redis.call('HINCRBY', goal, ARGV[i], ARGV[i + 1]) end
  end
end)
countDay(ARGV[3] .. dayOf(at), ARGV[9], ARGV[10], ARGV[11], ARGV[12], 13)
for _, level in ipairs(levelsOf(KEYS[1], KEYS[2], ARGV[2], tenantFrom(ARGV[3], 4))) do
  local own = release(level, field)
  countSpent(level, ARGV[11], ARGV[12] == '' and 0 or ARGV[12])
  if own and ARGV[12] == '' then countLost(level, 0, own[3]) end
end
return 1
`;

export const journalScripts = {
  beginCall: script(3, beginCall),
  mayCallAgain: script(2, mayCallAgain),
  abandonCall: script(3, abandonCall),
  loseCall: script(2, loseCall),
  recordCall: script(3, recordCall),
} as const;
