import { script } from './prelude.ts';

/** KEYS sorted set by time in ms · ARGV ms that must have passed since, most → members that are due, the oldest first. */
const dueMembers = `
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', clock() - ARGV[1]), 'LIMIT', 0, ARGV[2])
`;

/**
 * One watchman at a time. KEYS watch · ARGV who, ms → 1 for the one who may look now.
 */
const takeWatch = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
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
  unlistEnded: script(2, unlistEnded),
  clearCounts: script(2, clearCounts),
} as const;
