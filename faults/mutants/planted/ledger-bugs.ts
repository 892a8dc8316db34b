import type { Mutant } from '../mutant.ts';

const tasks = 'packages/shared/src/ledger/scripts/task.ts';
const goals = 'packages/shared/src/ledger/scripts/goal.ts';
const ends = 'packages/shared/src/ledger/scripts/goal-end.ts';
const prelude = 'packages/shared/src/ledger/scripts/prelude.ts';

/** Wrong scripts of the ledger. */
export const ledgerBugs: readonly Mutant[] = [
  {
    name: 'outcome-twice',
    breaks: 'a task’s outcome is overwritten by a late twin',
    edits: [
      {
        file: tasks,
        find: `if redis.call('HEXISTS', KEYS[2], 'outcome:' .. ARGV[2]) == 1 then return 0 end
if not holds(KEYS[2], ARGV[2], ARGV[3]) then return -2 end
redis.call('HSETNX', KEYS[2], 'outcome:' .. ARGV[2], ARGV[4])`,
        replace: `redis.call('HSET', KEYS[2], 'outcome:' .. ARGV[2], ARGV[4])`,
      },
    ],
    scenario: 'late outcome',
    caughtBy: ['task-outcome'],
  },
  {
    name: 'plan-twice',
    breaks: 'a plan is recorded whatever the goal’s state and whoever holds the lease',
    edits: [
      {
        file: goals,
        find: `if not status or not string.find(ARGV[7], ',' .. status .. ',', 1, true) then return 0 end
if not holds(KEYS[2], ARGV[5], ARGV[6]) then return 0 end
`,
        replace: '',
      },
    ],
    scenario: 'late plan',
    caughtBy: ['terminal-state'],
  },
  {
    name: 'end-twice',
    breaks: 'a goal that has ended is ended again',
    edits: [
      { file: ends, find: 'if not record[1] or terminal[record[1]] or (', replace: 'if not record[1] or (' },
    ],
    scenario: 'late end',
    caughtBy: ['terminal-state'],
    quick: true,
  },
  {
    name: 'webhook-after-end',
    breaks: 'a webhook gets its place in the outbox after the end, by a command of its own',
    edits: [
      { file: ends, find: 'if record[4] then', replace: `if record[4] == '' then` },
      {
        file: 'apps/orchestrator/src/flows/end-goal.ts',
        find: `failpoint('goal.ended');`,
        replace: `failpoint('goal.ended');
    const goalKeys = ledger.goal(goalId);
    if (ended && (await ledger.redis.hexists(goalKeys.goal, 'webhook')) === 1) {
      const message = JSON.stringify({ type: \`goal.\${how.status}\`, status: how.status, at: Date.now() });
      await ledger.redis.hset(goalKeys.deliveries, 'message:0', message);
      await ledger.redis.zadd(ledger.keyspace.outbox, Date.now(), \`\${goalId}.0\`);
    }`,
      },
    ],
    scenario: 'end without a webhook',
    caughtBy: ['webhook'],
  },
  {
    name: 'event-id-skipped',
    breaks: 'every event counts for two ids',
    edits: [{ file: prelude, find: `'lastEvent', 1)`, replace: `'lastEvent', 2)` }],
    scenario: 'fork',
    caughtBy: ['event-stream'],
    quick: true,
  },
  {
    name: 'end-not-last',
    breaks: 'the terminal event comes before those of the tasks that end with the goal',
    edits: [
      {
        file: ends,
        find: `close(KEYS[2], ARGV[3])\nif record[3] then`,
        replace: `close(KEYS[2], ARGV[3])\nemit(KEYS[1], KEYS[3], at, ARGV[6], ARGV[7])\nif record[3] then`,
      },
      {
        file: ends,
        find: `before and before .. ',' .. result or result)\nemit(KEYS[1], KEYS[3], at, ARGV[6], ARGV[7])\n`,
        replace: `before and before .. ',' .. result or result)\n`,
      },
    ],
    scenario: 'cancelled',
    caughtBy: ['terminal-state'],
  },
  {
    name: 'no-poison-fuse',
    breaks: 'a task is started however many processes it has killed',
    edits: [
      {
        file: prelude,
        find: '>= ${MOST_DEATHS} then return nil end',
        replace: '>= 1000 then return nil end',
      },
    ],
    scenario: 'deadly task',
    caughtBy: ['poison-fuse'],
  },
  {
    name: 'retry-from-scratch',
    breaks: 'a retry runs again what had succeeded',
    edits: [
      {
        file: ends,
        find: `if how ~= 'succeeded' and not isUnneeded and (how ~= 'partial' or redis.call('HEXISTS', KEYS[2], 'sub:' .. id) == 1) then`,
        replace: 'if how then',
      },
    ],
    scenario: 'retried',
    caughtBy: ['retried-success'],
  },
];
