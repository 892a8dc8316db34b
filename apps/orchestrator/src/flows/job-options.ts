/**
 * A job is tried again when Redis, and not its work, fails it: model failures and dead workers cost no attempt, so the
 * last attempt is reached only by a fault that lasts. ms.
 */
export const RUN_OPTIONS = { attempts: 100, backoff: { type: 'fixed', delay: 2_000, jitter: 0.5 } } as const;
/** Entries that BullMQ keeps of each queue's event stream: Baton's own events are in the ledger. */
export const EVENTS_KEPT = 1_000;

/** Ended jobs stay as long as their goal does: a flow's parent reads its children's values. BullMQ counts in seconds. */
export function keptJobs(retentionMs: number): { age: number } {
  return { age: Math.ceil(retentionMs / 1_000) };
}
