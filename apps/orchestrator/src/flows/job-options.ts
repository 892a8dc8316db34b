/**
 * A job is tried again when Redis, and not its work, fails it: model failures and dead workers cost no attempt, so the
 * last attempt is reached only by a fault that lasts. ms.
 */
export const RUN_OPTIONS = { attempts: 100, backoff: { type: 'fixed', delay: 2_000, jitter: 0.5 } } as const;
/** Ended jobs are kept at least this long, in s, however short the retention: their flow may still be looked up. */
const LEAST_KEPT = 3_600;

/** Ended jobs stay as long as their goal does, or a little longer. BullMQ counts in seconds. */
export function keptJobs(retentionMs: number): { age: number } {
  return { age: Math.max(LEAST_KEPT, Math.ceil(retentionMs / 1_000)) };
}
