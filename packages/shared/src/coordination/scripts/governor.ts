import { admitCall } from './governor-admission.ts';
import { learnLimits } from './governor-learning.ts';
import { governorScript as script } from './governor-prelude.ts';
import { settleCall } from './governor-settling.ts';

/** ARGV ticket, ms from now → 1: a call under way is given up for lost no earlier. */
const keepCall = `
redis.call('ZADD', KEYS[3], 'XX', now + ARGV[2], ARGV[1])
return 1
`;

/** ARGV ticket: of a call that waits no more → 1. */
const leaveLine = `
leave(ARGV[1])
save()
return 1
`;

export const governorScripts = {
  admitCall: script(admitCall),
  keepCall: script(keepCall),
  leaveLine: script(leaveLine),
  learnLimits: script(learnLimits),
  settleCall: script(settleCall),
} as const;
