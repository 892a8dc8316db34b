import { z } from 'zod';

const backlogSchema = z.object({
  /** Jobs that any free slot may take now. */
  waiting: z.int(),
  active: z.int(),
  /** Jobs that wait for a moment of their own, such as the end of an overload. */
  delayed: z.int(),
  /** How long the one that waits longest has been ready to run, in ms; null when none waits. */
  oldestWaitingMs: z.int().nullable(),
});
export type Backlog = z.infer<typeof backlogSchema>;

export const workerTypeStatsSchema = backlogSchema.extend({
  type: z.string(),
  /** Live worker processes that take it. */
  workers: z.int(),
  /** Tasks of it that they can run at once. */
  slots: z.int(),
});
export type WorkerTypeStats = z.infer<typeof workerTypeStatsSchema>;

/** `GET /v1/stats`: backlog and capacity of the whole fleet, over all tenants, for autoscalers. */
export const statsSchema = z.object({
  workerTypes: z.array(workerTypeStatsSchema),
  /** Of the orchestrator's own queues: goals waiting for their plan, and for their answer to be put together. */
  planning: backlogSchema,
  synthesis: backlogSchema,
});
export type Stats = z.infer<typeof statsSchema>;
