import { z } from 'zod';
import type { GoalStatus } from '@baton/shared/contract/goal-status';

export const goalStatuses = [
  'accepted',
  'planning',
  'awaiting_approval',
  'running',
  'synthesizing',
  'succeeded',
  'partially_succeeded',
  'failed',
  'cancelled',
  'expired',
] as const satisfies readonly GoalStatus[];

const moment = z.string().nullable().describe('ISO 8601, in UTC');

const taskReportSchema = z.object({
  id: z.string(),
  worker: z.string(),
  status: z.string().describe('pending, queued, running, succeeded, partial, failed, skipped or cancelled'),
  attempts: z.number(),
  errors: z.array(z.string()).describe('Why it is not (wholly) a success'),
  output: z.string().nullable().describe('What it found; null unless asked for with task_outputs'),
  score: z.number().nullable().describe("The judges' last word on it, 0 to 1; null when it was not judged"),
  subTaskCount: z.number().describe('Tasks of the goal that it was handed on as; 0 for one that was not'),
});

/** What the tools tell of one goal. */
export const goalReportSchema = z.object({
  id: z.string(),
  status: z.enum(goalStatuses),
  ended: z.boolean(),
  goal: z.string().describe('What was asked for, shortened'),
  createdAt: moment,
  startedAt: moment,
  finishedAt: moment,
  taskCount: z.number(),
  endedTaskCount: z.number(),
  tasks: z.array(taskReportSchema),
  output: z.string().nullable().describe('The answer in markdown, or the part of it from outputOffset'),
  outputOffset: z.number(),
  outputLength: z.number().describe('Characters of the whole answer'),
  missing: z
    .array(z.object({ taskId: z.string(), reason: z.string() }))
    .describe('What the answer lacks, and why'),
  score: z.number().nullable().describe("The judges' last word on the answer, 0 to 1; null when not judged"),
  citations: z
    .array(z.object({ taskId: z.string(), description: z.string() }))
    .describe('The tasks that [references] in the answer stand for'),
  finishedEarly: z.string().nullable().describe('Why it ended before all its tasks had, or null'),
  replans: z.number().describe('Times that its plan was changed after a task had failed'),
  savedCalls: z.number().describe('Model calls saved by taking the plan of an earlier goal'),
  usage: z.object({
    calls: z.number().describe('Model calls'),
    inputTokens: z.number(),
    outputTokens: z.number(),
    costUsd: z.number().nullable().describe('US dollars; null when a price is unknown'),
  }),
  simulated: z.boolean().describe('True when an emulator answered in place of a model'),
  error: z.object({ type: z.string(), message: z.string() }).nullable(),
  labels: z.record(z.string(), z.string()),
  notes: z.array(z.string()).describe('What was cut here and how to get it, and what to do next'),
});
export type GoalReport = z.infer<typeof goalReportSchema>;
