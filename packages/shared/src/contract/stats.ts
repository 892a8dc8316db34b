import { z } from 'zod';

const backlogSchema = z.object({
  waiting: z
    .int()
    .describe(
      'Jobs that any free slot may take now, in a paused queue too; not those that wait for other tasks.',
    ),
  active: z.int().describe('Jobs that are being done.'),
  delayed: z.int().describe('Jobs that wait for a moment of their own, such as the end of an overload.'),
  oldestWaitingMs: z
    .int()
    .nullable()
    .describe(
      'How long the one that waits longest has been ready, or put back, in ms; null when none waits.',
    ),
});
export type Backlog = z.infer<typeof backlogSchema>;

export const workerTypeStatsSchema = backlogSchema.extend({
  type: z.string(),
  workers: z.int().describe('Live worker processes that take it.'),
  slots: z.int().describe('Tasks of it that they can run at once.'),
  slotsWanted: z
    .int()
    .describe(
      'Slots that would be used at once if they were there, for autoscalers: `active + waiting`; no more than there are, and one where ' +
        'there are none, while calls wait for the limits of its model or the model is paused; `active` while its queue is paused; 0 for ' +
        '`orchestrator`, which takes no slots.',
    ),
});
export type WorkerTypeStats = z.infer<typeof workerTypeStatsSchema>;

/**
 * `GET /v1/stats`: backlog and capacity of the whole fleet, over all tenants, for autoscalers. Tasks of goals that have ended
 * count while their jobs are there: each takes a slot for a moment.
 */
export const statsSchema = z.object({
  workerTypes: z.array(workerTypeStatsSchema),
  /** Of the orchestrator's own queues: goals waiting for their plan, and for their answer to be put together. */
  planning: backlogSchema,
  synthesis: backlogSchema,
});
export type Stats = z.infer<typeof statsSchema>;
