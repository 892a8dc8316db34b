import { terminalGoalStatuses } from '../../contract/goal-status.ts';

/** Runs that a task, a planning or a synthesis may lose to the death of their process before it is taken for the cause. */
export const MOST_DEATHS = 3;

/** A script of the ledger, as ioredis defines commands. */
export interface LedgerLua {
  readonly lua: string;
  readonly numberOfKeys: number;
}

/**
 * What scripts share.
 * - `take(tasks, place, run)` → lease, or nil when the place has cost too many processes, and whether a run before has died: it never let go;
 *   a run that asks again, since the reply was lost, has the lease that it was given. One that follows a run which was put back
 *   goes on with that one's attempt.
 * - `attempts(tasks, place)`: starts, but for those that went on with an attempt.
 * - `opened`, `closed`: count a tenant's goals that have not ended.
 * - `holds(tasks, place, lease)`: place '' stands for whoever needs no lease.
 * - `phaseOf(status, since, createdAt, at)` → { status, ms that the goal has been in it, '' when nobody knows }. `phaseAt` of a goal says since
 *   when it has been in its status; a goal that was accepted has none yet.
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
local function take(tasks, place, run)
  local open = redis.call('HGET', tasks, 'open:' .. place)
  if open == run then return redis.call('HGET', tasks, 'starts:' .. place) end
  local deaths = redis.call('HGET', tasks, 'deaths:' .. place)
  if open then
    redis.call('HDEL', tasks, 'open:' .. place)
    deaths = redis.call('HINCRBY', tasks, 'deaths:' .. place, 1)
  end
  if tonumber(deaths or 0) >= ${MOST_DEATHS} then return nil end
  local lease = redis.call('HINCRBY', tasks, 'starts:' .. place, 1)
  redis.call('HSET', tasks, 'open:' .. place, run)
  if redis.call('HDEL', tasks, 'putBack:' .. place) == 1 then redis.call('HINCRBY', tasks, 'waits:' .. place, 1) end
  return lease, open and 1 or 0
end
local function phaseOf(status, since, createdAt, at)
  since = since or status == 'accepted' and createdAt
  return { status, since and string.format('%.0f', math.max(0, at - since)) or '' }
end
local function attempts(tasks, place)
  local counts = redis.call('HMGET', tasks, 'starts:' .. place, 'waits:' .. place)
  return (tonumber(counts[1]) or 0) - (tonumber(counts[2]) or 0)
end
local function holds(tasks, place, lease)
  return place == '' or redis.call('HGET', tasks, 'starts:' .. place) == lease
end
local function opened(counts, tenant) redis.call('HINCRBY', counts, tenant, 1) end
local function closed(counts, tenant)
  if redis.call('HINCRBY', counts, tenant, -1) <= 0 then redis.call('HDEL', counts, tenant) end
end
local function close(tasks, place)
  if place ~= '' then redis.call('HDEL', tasks, 'open:' .. place, 'deaths:' .. place) end
end
`;

export function script(numberOfKeys: number, lua: string): LedgerLua {
  return { lua: prelude + lua, numberOfKeys };
}
