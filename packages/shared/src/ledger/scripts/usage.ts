import { day } from './day.ts';
import { script } from './prelude.ts';

/**
 * `countDay(usage, of, kept, tokens, nanoUsd, at)`: counts an answer of the kind and model `of` on its day, with the fields and
 * increments that ARGV holds from `at` on. Fields of the day's hash: `<what> <kind> <model>`, and the sums `tokens` and `costNanoUsd`.
 */
export const dayUsage = `${day}
local function countDay(usage, of, kept, tokens, nanoUsd, from)
  for i = from, #ARGV, 2 do
    if ARGV[i + 1] ~= '0' then redis.call('HINCRBY', usage, ARGV[i] .. ' ' .. of, ARGV[i + 1]) end
  end
  redis.call('HINCRBY', usage, 'tokens', tokens)
  redis.call('HINCRBY', usage, 'costNanoUsd', nanoUsd == '' and 0 or nanoUsd)
  redis.call('PEXPIRE', usage, kept)
end
`;

/**
 * Counts an answer that no goal's journal keeps. KEYS a day's usage, without the day · ARGV simulated (0|1), kind and model, ms that a
 * day's usage is kept, tokens, nano-dollars ('' when not known), then field, increment, …
 */
const countUsage = `${dayUsage}
countDay(KEYS[1] .. dayOf(clock()), ARGV[2], ARGV[3], ARGV[4], ARGV[5], 6)
return 1
`;

export const usageScripts = { countUsage: script(1, countUsage) } as const;
