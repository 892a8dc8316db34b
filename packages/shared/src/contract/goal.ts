import { z } from 'zod';
import { taskSchema } from '@baton/plan/plan';
import { feedbackSchema } from './feedback.ts';
import { goalStatusSchema } from './goal-status.ts';
import { taskStatuses, usageSchema } from './task-outcome.ts';

const moment = z.iso.datetime();

export const taskViewSchema = z.object({
  id: z.string(),
  worker: z.string(),
  status: z.enum(taskStatuses),
  attempts: z.int().describe('Times a worker has started it.'),
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
  output: z.string().nullable(),
  errors: z.array(z.string()),
  usage: usageSchema,
});
export type TaskView = z.infer<typeof taskViewSchema>;

export const planViewSchema = z.object({
  mode: z.enum(['plan', 'direct']),
  analysis: z.string(),
  tasks: z.array(taskSchema),
});
export type PlanView = z.infer<typeof planViewSchema>;

export const missingSchema = z.object({ taskId: z.string(), reason: z.string() });
export type Missing = z.infer<typeof missingSchema>;

export const goalErrorSchema = z.object({
  type: z.string().describe('Stable, for programs: `plan_invalid`, `model_error`, `no_result`, …'),
  message: z.string(),
  violations: z
    .array(z.object({ path: z.string(), taskId: z.string().nullable(), message: z.string() }))
    .readonly()
    .optional(),
});
export type GoalError = z.infer<typeof goalErrorSchema>;

/** A goal as `GET /v1/goals/:id` shows it. */
export const goalSchema = z.object({
  id: z.string(),
  status: goalStatusSchema,
  goal: z.string(),
  createdAt: moment,
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
  plan: planViewSchema.nullable(),
  tasks: z.array(taskViewSchema),
  output: z.string().nullable().describe('The answer, in Markdown.'),
  simulated: z
    .boolean()
    .describe('True when any part of the answer came from the emulator instead of a model.'),
  missing: z.array(missingSchema).describe('What the answer lacks, once the goal has ended.'),
  usage: usageSchema,
  error: goalErrorSchema.nullable(),
  labels: z.record(z.string(), z.string()),
  feedback: z.array(feedbackSchema).describe('The oldest first.'),
  links: z.object({ self: z.string(), events: z.string(), dashboard: z.string().nullable() }),
});
export type Goal = z.infer<typeof goalSchema>;

/** A goal in a list: all but its plan, tasks, output and feedback. */
export const goalSummarySchema = goalSchema.omit({ plan: true, tasks: true, output: true, feedback: true });
export type GoalSummary = z.infer<typeof goalSummarySchema>;

export function summaryOf({
  plan: _plan,
  tasks: _tasks,
  output: _output,
  feedback: _feedback,
  ...summary
}: Goal): GoalSummary {
  return summary;
}
