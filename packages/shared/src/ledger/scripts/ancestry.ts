/**
 * What scripts know of the goals above one.
 * - `unwanted(goal)`: a goal above it has ended or is gone, or the task that it carries out has its outcome or another sub-goal.
 * - `upwards(goal, visit)`: visits the goal and every goal above it that is still there.
 * - `count(goal, name, by)`: adds to a counter of all of these.
 */
export const ancestry = `
local function unwanted(goal)
  local up = redis.call('HMGET', goal, 'parentKey', 'parentTasks', 'parentTask', 'id')
  while up[1] do
    local status = redis.call('HGET', up[1], 'status')
    if not status or terminal[status] then return true end
    if redis.call('HGET', up[2], 'sub:' .. up[3]) ~= up[4] then return true end
    if redis.call('HEXISTS', up[2], 'outcome:' .. up[3]) == 1 then return true end
    up = redis.call('HMGET', up[1], 'parentKey', 'parentTasks', 'parentTask', 'id')
  end
  return false
end
local function upwards(goal, visit)
  while goal and redis.call('EXISTS', goal) == 1 do
    visit(goal)
    goal = redis.call('HGET', goal, 'parentKey')
  end
end
local function count(goal, name, by)
  upwards(goal, function(each) redis.call('HINCRBY', each, name, by) end)
end
`;
