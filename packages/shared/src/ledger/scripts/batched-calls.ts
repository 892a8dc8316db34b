import { ancestry } from './ancestry.ts';
import { script } from './prelude.ts';

/**
 * Whether anybody still waits for a call, whoever holds its place now.
 * KEYS goal, tasks · ARGV place, retries → 1, or 0 when the goal has ended, was set going again since, or has the place's outcome.
 */
const callIsWanted = `${ancestry}
local record = redis.call('HMGET', KEYS[1], 'status', 'retries')
if not record[1] or terminal[record[1]] or (record[2] or '0') ~= ARGV[2] then return 0 end
if redis.call('HEXISTS', KEYS[2], 'outcome:' .. ARGV[1]) == 1 or unwanted(KEYS[1]) then return 0 end
return 1
`;

/** Counts a call that may be paid for a second time. KEYS goal → 1. */
const countRepeatedCall = `${ancestry}
count(KEYS[1], 'possiblyRepeatedCalls', 1)
return 1
`;

export const batchedCallScripts = {
  callIsWanted: script(2, callIsWanted),
  countRepeatedCall: script(1, countRepeatedCall),
} as const;
