import { heldCalls } from './held-calls.ts';

/**
 * Whether a call fits the budgets of its goal, each goal above it, the task in whose name it is made there, and its tenant's day.
 *
 * 1. A call begins only when what is spent, what every other call under way is expected to take and what it is expected to take
 *    itself fit each budget; a goal's less what is kept back for its synthesis, unless it is the synthesis.
 * 2. A call begins only when what is spent and the most that every other call under way can take fit each budget, so that all of them
 *    together exceed it by no more than one call.
 * 3. A call that was lost counts by what it was expected to take, since nobody knows what it took: one that said nothing of its end,
 *    one that was made again, one that turned out to have no known price.
 * 4. Where no budget is, nothing is held.
 *
 * `refused(levels, tenant, field, claim, at)` → nil | ['busy'] when it would fit without the others under way
 * | ['over_budget', scope, 'tokens' | 'nanoUsd', limit, kept back, spent, asked] | ['over_budget', scope, 'price', limit].
 */
export const budgets = `${heldCalls}
local function graver(one, other)
  if not one or (other and other[1] == 'over_budget' and one[1] == 'busy') then return other end
  return one
end
local function refusal(scope, limit, kept, known, sums, first, claim)
  if not limit then return nil end
  local asked = claim[first]
  if not asked then return { 'over_budget', scope, 'price', limit } end
  local spent = known + sums.lost[first]
  local left = limit - (kept or 0) - spent
  if asked > left then
    return { 'over_budget', scope, first == 1 and 'tokens' or 'nanoUsd', limit, whole(kept or 0), whole(spent), whole(asked) }
  end
  if sums.open[first] + asked > left or sums.open[first + 1] > left then return { 'busy' } end
  return nil
end
local function total(fields, first, last)
  local sum = 0
  for i = first, last do sum = sum + (fields[i] or 0) end
  return sum
end
local function refusedByTask(level, limits, own, claim)
  local sums = sumsOf(level, level.name, own)
  local spent = redis.call('HMGET', level.tasks, 'spentTokens:' .. level.name, 'spentNanoUsd:' .. level.name)
  return graver(
    refusal('task', limits[3], nil, total(spent, 1, 1), sums, 1, claim),
    refusal('task', limits[4], nil, total(spent, 2, 2), sums, 3, claim))
end
local function refusedByGoal(level, own, claim)
  local sums = sumsOf(level, nil, own)
  local limits = redis.call('HMGET', level.goal, 'maxTokens', 'maxNanoUsd', 'maxTaskTokens', 'maxTaskNanoUsd', 'fenceTokens', 'fenceNanoUsd')
  local spent = redis.call('HMGET', level.goal,
    'inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'lostTokens', 'costNanoUsd', 'lostNanoUsd')
  local refused = graver(
    refusal('goal', limits[1], not level.isSynthesis and limits[5], total(spent, 1, 5), sums, 1, claim),
    refusal('goal', limits[2], not level.isSynthesis and limits[6], total(spent, 6, 7), sums, 3, claim))
  if not level.isTask or not (limits[3] or limits[4]) then return refused end
  return graver(refused, refusedByTask(level, limits, own, claim))
end
local function refusedByTenant(level, own, claim, tenant)
  local sums = { open = sumsOf(level, nil, own).open, lost = sumsOf(level, level.name, own).lost }
  local spent = redis.call('HMGET', level.usage, 'tokens', 'lostTokens', 'costNanoUsd', 'lostNanoUsd')
  return graver(
    refusal('tenant', tenant.maxTokens, nil, total(spent, 1, 2), sums, 1, claim),
    refusal('tenant', tenant.maxNanoUsd, nil, total(spent, 3, 4), sums, 3, claim))
end
local function refused(levels, tenant, field, claim, at)
  local worst = nil
  for _, level in ipairs(levels) do
    noteLost(level, at)
    local by = level.isTenant and refusedByTenant or refusedByGoal
    worst = graver(worst, by(level, ownHeld(level, field), claim, tenant))
  end
  return worst
end
`;
