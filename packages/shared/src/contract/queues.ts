import { z } from 'zod';

/** Goals waiting to be planned. */
export const GOALS_QUEUE = 'goals';
/** Settle and link jobs, which carry dependencies that a tree can't. */
export const CONTROL_QUEUE = 'control';
/** Root jobs: one synthesis per goal and rev. */
export const SYNTHESIS_QUEUE = 'synthesis';

/** Judges' words on whether a goal may finish early: at most one per goal and rev. */
export const ASSESSMENT_QUEUE = 'assessment';

const TASKS_PREFIX = 'tasks.';

/** The queue of one worker type. */
export function taskQueue(workerType: string): string {
  return `${TASKS_PREFIX}${workerType}`;
}

/** Null for a queue that is no worker type's. */
export function workerTypeOf(queue: string): string | null {
  return queue.startsWith(TASKS_PREFIX) ? queue.slice(TASKS_PREFIX.length) : null;
}

/** Job data are references; the texts live in the ledger. */
/** `retries`: times that the goal had been set going again when the job was made. */
export const goalJobSchema = z.object({ goalId: z.string(), retries: z.int() });
export type GoalJob = z.infer<typeof goalJobSchema>;

export const taskJobSchema = z.object({ goalId: z.string(), rev: z.int(), taskId: z.string() });
export type TaskJob = z.infer<typeof taskJobSchema>;

export const synthesisJobSchema = z.object({ goalId: z.string(), rev: z.int() });
export type SynthesisJob = z.infer<typeof synthesisJobSchema>;

export const assessmentJobSchema = z.object({ goalId: z.string(), rev: z.int() });
export type AssessmentJob = z.infer<typeof assessmentJobSchema>;

/** What the data of a job hold besides once it was put back for later: when it is ready again, in ms since the epoch. */
export const putBackSchema = z.object({ readyAt: z.number() });
