import { script } from './prelude.ts';

/** KEYS sorted set by time in ms · ARGV ms that must have passed since, most → members that are due, the oldest first. */
const dueMembers = `
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', clock() - ARGV[1]), 'LIMIT', 0, ARGV[2])
`;

/**
 * One watchman at a time. KEYS what is watched · ARGV who, ms → 1 for the one who may look now.
 */
const takeWatch = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

/** KEYS what is watched · ARGV who → 1 when it was theirs, and is anybody's now. */
const leaveWatch = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;

/**
 * KEYS openGoals · ARGV most goals to look at, what goal keys begin with
 * → [open goals, then status and number of those looked at, …]: all of them, or as many of them at random.
 */
const countStatuses = `
local open = redis.call('ZCARD', KEYS[1])
local isFew = open <= tonumber(ARGV[1])
local goals = isFew and redis.call('ZRANGE', KEYS[1], 0, -1) or redis.call('ZRANDMEMBER', KEYS[1], ARGV[1])
local counts, reply = {}, { open }
for _, id in ipairs(goals) do
  local status = redis.call('HGET', ARGV[2] .. id, 'status')
  if status and not terminal[status] then counts[status] = (counts[status] or 0) + 1 end
end
for status, count in pairs(counts) do
  reply[#reply + 1] = status
  reply[#reply + 1] = count
end
return reply
`;

/** KEYS goal, openGoals · ARGV goalId → 1 when a goal that is not open any more left the list. */
const unlistEnded = `
local status = redis.call('HGET', KEYS[1], 'status')
if status and not terminal[status] then return 0 end
return redis.call('ZREM', KEYS[2], ARGV[1])
`;

/** Where nothing is open nothing is counted as open: processes of another release may have counted otherwise. KEYS openGoals, openCounts → 1 when counts were wrong. */
const clearCounts = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
return redis.call('DEL', KEYS[2])
`;

export const watchScripts = {
  dueMembers: script(1, dueMembers),
  takeWatch: script(1, takeWatch),
  leaveWatch: script(1, leaveWatch),
  countStatuses: script(1, countStatuses),
  unlistEnded: script(2, unlistEnded),
  clearCounts: script(2, clearCounts),
} as const;
