import { script } from './prelude.ts';

/**
 * What was decided once for a rev stays so, whoever asks again. KEYS goal · ARGV field, rev, value
 * → the value that holds: the one that was kept first for this rev.
 */
const decideOnce = `
local kept = redis.call('HGET', KEYS[1], ARGV[1])
local rev = ARGV[2] .. ' '
if kept and string.sub(kept, 1, #rev) == rev then return string.sub(kept, #rev + 1) end
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], ARGV[1], rev .. ARGV[3]) end
return ARGV[3]
`;

export const runBudgetScripts = { decideOnce: script(1, decideOnce) } as const;
