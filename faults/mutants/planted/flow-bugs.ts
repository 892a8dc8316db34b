import type { Mutant } from '../mutant.ts';

/** Jobs that start too early, are lost, or stay behind. */
export const flowBugs: readonly Mutant[] = [
  {
    name: 'settle-early',
    breaks: 'a settle job does not wait for its task',
    edits: [
      {
        file: 'packages/dag-flow/src/compile.ts',
        find: '      settleFlow({ reference: settle, name: `settle ${node.id}`, priority, data }, job, options),\n    );',
        replace:
          '      { ...settleFlow({ reference: settle, name: `settle ${node.id}`, priority, data }, job, options), children: [] },\n    );\n    rootChildren.push(job);',
      },
    ],
    scenario: 'fork',
    caughtBy: ['task-outcome', 'success-rate'],
    quick: true,
  },
  {
    name: 'link-early',
    breaks: 'a link that wakes ends without a look at its task',
    edits: [
      {
        file: 'packages/dag-flow/src/link.ts',
        find: 'if (end !== undefined) return reportEnd(job, end);',
        replace: `return reportEnd(job, end ?? { state: 'completed', value: null });`,
      },
    ],
    scenario: 'woken link',
    caughtBy: ['task-outcome', 'success-rate'],
  },
  {
    name: 'stalled-for-good',
    breaks: 'a job whose process died twice fails for good',
    edits: [
      {
        file: 'packages/shared/src/queue/job-worker.ts',
        find: 'maxStalledCount: NEVER_GIVE_UP',
        replace: 'maxStalledCount: 1',
      },
    ],
    scenario: 'two deaths',
    caughtBy: ['success-rate'],
  },
  {
    name: 'orphans-unrepaired',
    breaks: 'a goal without a job gets none',
    edits: [
      {
        file: 'apps/orchestrator/src/watchdog/repair-goals.ts',
        find: 'queue.restore({ goalId, retries }, { priority, acceptedAt }),',
        replace: 'Promise.resolve(false),',
      },
    ],
    scenario: 'retry without a job',
    caughtBy: ['terminal-state'],
  },
  {
    name: 'deadline-ignored',
    breaks: 'no goal expires',
    edits: [
      {
        file: 'apps/orchestrator/src/watchdog/expire-goals.ts',
        find: 'await overdueGoals(ledger)',
        replace: '(await overdueGoals(ledger)).slice(0, 0)',
      },
    ],
    scenario: 'overdue',
    caughtBy: ['terminal-state'],
  },
  {
    name: 'jobs-left-behind',
    breaks: 'what a cancelled goal has in the queues stays there',
    edits: [
      {
        file: 'apps/orchestrator/src/watchdog/watch-goals.ts',
        find: 'if (await runs.clear(run)) await',
        replace: 'if (runs.clear.length === 1) await',
      },
    ],
    scenario: 'cancelled in the queue',
    caughtBy: ['leftover'],
  },
];
