/** ms that calls are held on record, past the longest life of a goal; who forgets the goal forgets them with it. */
const KEPT = 31 * 86_400_000;

/**
 * What calls under way hold of budgets, in a hash of each budget's own: per call its tokens, most tokens, nano-dollars, most
 * nano-dollars, the time after which it is lost (0 when it is), how long that was, and in whose name it is held; beside them the sums of the four
 * of open and of lost calls, so that no call has to look at all others, and the time (`next`) before which none gets lost. Needs `day`.
 * - `claimFrom(at)`: of ARGV from there: tokens, most tokens, nano-dollars, most nano-dollars ('' where not known), ms until it is lost.
 * - `levelsOf(goal, tasks, place, tenant)`: what of goal, goals above and tenant has a budget, each with the `name` in which the call
 *   is held there: the task's, or the day's. `tenant`: nil, or its usage and the hash of what it holds.
 * - `sumsOf(level, name, own)`: of the others in this name (nil for any): `open` and `lost`; an earlier run's of the call is lost.
 * - `lose(level, field, held)`: what is held for a call is that of a lost one from now on.
 * - `countLost(level, tokens, nanoUsd)`: counts as spent what nobody knows to have been spent.
 */
export const heldCalls = `
local function whole(number) return string.format('%.0f', number) end
local function claimFrom(at)
  local claim = {}
  for i = 1, 5 do claim[i] = tonumber(ARGV[at + i - 1]) end
  return claim
end
local function levelsOf(goal, tasks, place, tenant)
  local levels = {}
  while goal do
    local above = redis.call('HMGET', goal, 'reserved', 'parentKey', 'parentTasks', 'parentTask')
    if above[1] then
      levels[#levels + 1] = { goal = goal, tasks = tasks, name = place, held = above[1],
        isTask = string.sub(place, 1, 1) ~= ':', isSynthesis = place == ':synthesis' }
    end
    goal, tasks, place = above[2], above[3], above[4]
  end
  if tenant then
    local today = dayOf(clock())
    levels[#levels + 1] = { usage = tenant.usage .. today, name = today, held = tenant.held, isTenant = true }
  end
  return levels
end
local function readHeld(text)
  local numbers, name = string.match(text or '', '^([%d ]+) (%S+)$')
  if not numbers then return nil end
  local held = { name = name }
  for number in string.gmatch(numbers, '%d+') do held[#held + 1] = tonumber(number) end
  return held
end
local function writeHeld(level, field, held)
  local texts = {}
  for i = 1, 6 do texts[i] = whole(held[i] or 0) end
  redis.call('HSET', level.held, field, table.concat(texts, ' ') .. ' ' .. held.name)
end
local function add(level, state, held, sign)
  for i = 1, 4 do
    local by = sign * (held[i] or 0)
    if by ~= 0 then
      redis.call('HINCRBY', level.held, state .. i, whole(by))
      if level.isTask or (level.isTenant and state == 'lost') then
        redis.call('HINCRBY', level.held, state .. i .. ' ' .. held.name, whole(by))
      end
    end
  end
end
local function hold(level, field, claim, at)
  local held = { claim[1], claim[2], claim[3], claim[4], at + claim[5], claim[5], name = level.name }
  writeHeld(level, field, held)
  add(level, 'open', held, 1)
  local next = tonumber(redis.call('HGET', level.held, 'next') or nil)
  if not next or held[5] < next then redis.call('HSET', level.held, 'next', whole(held[5])) end
  redis.call('PEXPIRE', level.held, ${KEPT})
end
local function ownHeld(level, field) return readHeld(redis.call('HGET', level.held, field)) end
local function release(level, field)
  local held = ownHeld(level, field)
  if not held then return nil end
  redis.call('HDEL', level.held, field)
  add(level, held[5] == 0 and 'lost' or 'open', held, -1)
  return held
end
local function lose(level, field, held)
  add(level, 'open', held, -1)
  add(level, 'lost', held, 1)
  held[5] = 0
  writeHeld(level, field, held)
end
local function noteLost(level, at)
  local next = redis.call('HGET', level.held, 'next')
  if not next or tonumber(next) > tonumber(at) then return end
  local flat, soonest = redis.call('HGETALL', level.held), nil
  for i = 1, #flat, 2 do
    local held = readHeld(flat[i + 1])
    if held and held[5] == 0 and level.isTenant and held.name ~= level.name then
      release(level, flat[i])
    elseif held and held[5] > 0 and held[5] <= tonumber(at) then
      lose(level, flat[i], held)
    elseif held and held[5] > 0 and (not soonest or held[5] < soonest) then
      soonest = held[5]
    end
  end
  if soonest then redis.call('HSET', level.held, 'next', whole(soonest)) else redis.call('HDEL', level.held, 'next') end
end
local function sumsOf(level, name, own)
  local open, lost, suffix = {}, {}, name and ' ' .. name or ''
  local sums = redis.call('HMGET', level.held, 'open1' .. suffix, 'open2' .. suffix, 'open3' .. suffix, 'open4' .. suffix,
    'lost1' .. suffix, 'lost2' .. suffix, 'lost3' .. suffix, 'lost4' .. suffix)
  local isEarlier = own and own[5] > 0 and (not name or own.name == name)
  for i = 1, 4 do
    open[i], lost[i] = (sums[i] or 0) + 0, (sums[i + 4] or 0) + 0
    if isEarlier then open[i], lost[i] = open[i] - own[i], lost[i] + own[i] end
  end
  return { open = open, lost = lost }
end
local function countSpent(level, tokens, nanoUsd)
  if level.isTask then
    redis.call('HINCRBY', level.tasks, 'spentTokens:' .. level.name, whole(tokens))
    redis.call('HINCRBY', level.tasks, 'spentNanoUsd:' .. level.name, whole(nanoUsd))
  end
end
local function countLost(level, tokens, nanoUsd)
  redis.call('HINCRBY', level.usage or level.goal, 'lostTokens', whole(tokens))
  redis.call('HINCRBY', level.usage or level.goal, 'lostNanoUsd', whole(nanoUsd))
  countSpent(level, tokens, nanoUsd)
end
`;
