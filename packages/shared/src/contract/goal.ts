import { z } from 'zod';
import { taskSchema } from '@baton/plan/plan';
import { feedbackSchema } from './feedback.ts';
import { goalStatusSchema, terminalGoalStatuses, type GoalStatus } from './goal-status.ts';
import { reviewSchema, type Review } from './review.ts';
import { taskStatuses, usageSchema, type TaskStatus, type Usage } from './task-outcome.ts';

const moment = z.iso.datetime();

/** The goal that a task was handed on as: one with a plan of its own, or one task per item of a list. */
export interface SubGoal {
  id: string;
  status: GoalStatus;
  tasks: TaskView[];
}

export interface TaskView {
  id: string;
  worker: string;
  status: TaskStatus;
  attempts: number;
  startedAt: string | null;
  finishedAt: string | null;
  output: string | null;
  errors: string[];
  usage: Usage;
  reviews: Review[];
  metadata: Record<string, unknown>;
  subGoal: SubGoal | null;
}

export const subGoalSchema: z.ZodType<SubGoal> = z.object({
  id: z.string(),
  status: goalStatusSchema,
  tasks: z.array(z.lazy(() => taskViewSchema)),
});

export const taskViewSchema: z.ZodType<TaskView> = z.object({
  id: z.string(),
  worker: z.string(),
  status: z.enum(taskStatuses),
  attempts: z
    .int()
    .describe('Times that a worker has begun it; waiting for a limit, a budget or a batch is none.'),
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
  output: z.string().nullable(),
  errors: z.array(z.string()),
  usage: usageSchema,
  reviews: z.array(reviewSchema).describe('Of each version of the output, in order.'),
  metadata: z
    .record(z.string(), z.unknown())
    .describe('Facts about its run, such as what was trimmed from its prompt.'),
  subGoal: subGoalSchema.nullable().describe('The goal that it was handed on as, or null.'),
});

export const planViewSchema = z.object({
  mode: z.enum(['plan', 'direct']),
  analysis: z.string(),
  tasks: z.array(taskSchema),
});
export type PlanView = z.infer<typeof planViewSchema>;

export const missingSchema = z.object({ taskId: z.string(), reason: z.string() });
export type Missing = z.infer<typeof missingSchema>;

/** The plan was made for an earlier goal. */
export const planCacheSchema = z.object({
  match: z
    .enum(['exact', 'normalised'])
    .describe(
      'The earlier goal had the same text, or the same but for case, spaces and the point at its end.',
    ),
  savedCalls: z.int().describe('Calls that the plan took when it was made, and that were not made again.'),
});
export type PlanCache = z.infer<typeof planCacheSchema>;

/** A task that the answer names as the source of what it says. */
export const citationSchema = z.object({
  taskId: z.string().describe('Stands in the answer in square brackets.'),
  description: z.string(),
});
export type Citation = z.infer<typeof citationSchema>;

/** An answer that the goal has had. */
export const goalResultSchema = z.object({
  rev: z.int(),
  status: z.enum(terminalGoalStatuses),
  finishedAt: moment,
});
export type GoalResult = z.infer<typeof goalResultSchema>;

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
  rev: z.int().describe('Counts the runs of the plan: each retry and each change of the plan is one more.'),
  parent: z
    .object({ goalId: z.string(), taskId: z.string() })
    .nullable()
    .describe('The task that this goal carries out, or null.'),
  createdAt: moment,
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
  plan: planViewSchema.nullable(),
  tasks: z.array(taskViewSchema),
  output: z.string().nullable().describe('The answer, in Markdown.'),
  simulated: z
    .boolean()
    .describe('True when any part of the answer came from the emulator instead of a model.'),
  citations: z
    .array(citationSchema)
    .describe('Tasks that the answer cites, in the order of their first mention.'),
  reviews: z.array(reviewSchema).describe('Of each version of the answer, in order.'),
  results: z.array(goalResultSchema).describe('Every end that the goal has had, the oldest first.'),
  finishedEarly: z
    .string()
    .nullable()
    .describe('Why the goal ended before all its tasks had, when it was asked to; else null.'),
  planCache: planCacheSchema.nullable().describe('Set where the plan was made for an earlier goal.'),
  replans: z.int().describe('Times that its plan was changed after a task had failed for good.'),
  prompts: z
    .record(z.string(), z.string())
    .describe('The version of the prompt of each role, of the release that ended it.'),
  missing: z.array(missingSchema).describe('What the answer lacks, once the goal has ended.'),
  usage: usageSchema,
  error: goalErrorSchema.nullable(),
  labels: z.record(z.string(), z.string()),
  feedback: z.array(feedbackSchema).describe('The oldest first.'),
  links: z.object({ self: z.string(), events: z.string(), dashboard: z.string().nullable() }),
});
export type Goal = z.infer<typeof goalSchema>;

/** A goal in a list: all but its plan, tasks and output, and what was said of them. */
export const goalSummarySchema = goalSchema.omit({
  plan: true,
  tasks: true,
  output: true,
  citations: true,
  reviews: true,
  results: true,
  prompts: true,
  feedback: true,
});
export type GoalSummary = z.infer<typeof goalSummarySchema>;

export function summaryOf({
  plan: _plan,
  tasks: _tasks,
  output: _output,
  citations: _citations,
  reviews: _reviews,
  results: _results,
  prompts: _prompts,
  feedback: _feedback,
  ...summary
}: Goal): GoalSummary {
  return summary;
}
