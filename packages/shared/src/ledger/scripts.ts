import { batchedCallScripts } from './scripts/batched-calls.ts';
import { digestScripts } from './scripts/digest.ts';
import { feedbackScripts } from './scripts/feedback.ts';
import { fleetScripts } from './scripts/fleet.ts';
import { goalAcceptanceScripts } from './scripts/goal-acceptance.ts';
import { goalEndScripts } from './scripts/goal-end.ts';
import { goalScripts } from './scripts/goal.ts';
import { journalScripts } from './scripts/journal.ts';
import { planAmendmentScripts } from './scripts/plan-amendment.ts';
import { outboxScripts } from './scripts/outbox.ts';
import { runBudgetScripts } from './scripts/run-budget.ts';
import { subGoalScripts } from './scripts/sub-goals.ts';
import { taskScripts } from './scripts/task.ts';
import { toolCallScripts } from './scripts/tool-calls.ts';
import { usageScripts } from './scripts/usage.ts';
import { watchScripts } from './scripts/watch.ts';

/**
 * The ledger's writes. Each is one Lua script, so that a step is recorded whole or not at all, in one round trip.
 *
 * Invariants:
 * 1. A goal's status moves only from a status the caller expected; a terminal status changes only by a retry, which is a run of its own.
 * 2. A task has one outcome per run: the first recorded. Nothing is recorded for an older rev, an ended goal, or by whoever lost the lease.
 * 3. Every event is written in the script that makes it true; ids count from 1 without a gap; the terminal event is a run's last.
 * 4. Times are Redis's own, in ms since the epoch.
 * 5. Texts pass through unread: Lua's JSON reader rejects what JavaScript's takes, so it is given task ids alone.
 * 6. A goal that ends and its webhook's place in the outbox are written together.
 * 7. What a call uses is counted in its goal and in every goal above it in the script that keeps its answer, and no call begins below a goal
 *    that has ended or for a task that has.
 * 8. A plan that runs changes only between two revs, in one script; what the earlier rev's jobs were made of is kept until they are cleared.
 */
export const ledgerScripts = {
  ...goalAcceptanceScripts,
  ...goalScripts,
  ...goalEndScripts,
  ...planAmendmentScripts,
  ...runBudgetScripts,
  ...feedbackScripts,
  ...taskScripts,
  ...subGoalScripts,
  ...journalScripts,
  ...batchedCallScripts,
  ...toolCallScripts,
  ...usageScripts,
  ...outboxScripts,
  ...watchScripts,
  ...digestScripts,
  ...fleetScripts,
} as const;

export type LedgerScript = keyof typeof ledgerScripts;
