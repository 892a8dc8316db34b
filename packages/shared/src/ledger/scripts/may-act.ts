import { ancestry } from './ancestry.ts';

/**
 * `mayAct(goal, tasks, place, lease, retries)`: the goal goes on, in the run that the caller knows, and so do those above it; nobody
 * took its place over, and it has no outcome.
 */
export const mayAct = `${ancestry}
local function mayAct(goal, tasks, place, lease, retries)
  local record = redis.call('HMGET', goal, 'status', 'retries')
  return record[1] and not terminal[record[1]] and (record[2] or '0') == retries and holds(tasks, place, lease)
    and redis.call('HEXISTS', tasks, 'outcome:' .. place) == 0 and not unwanted(goal)
end
`;
