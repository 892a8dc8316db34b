import { z } from 'zod';
import { laws } from '@baton/plan/violations';
import { forecastSchema } from './forecast.ts';
import { goalOptionsSchema, goalRequestSchema } from './goal-request.ts';
import { planViewSchema } from './goal.ts';
import { usageSchema } from './task-outcome.ts';

const planningOptionsSchema = goalOptionsSchema.pick({
  maxTasks: true,
  workerTypes: true,
  decomposition: true,
  taskTimeout: true,
});

/** Of the options that change nothing in a plan, those that change what it takes. */
const forecastOptionsSchema = planningOptionsSchema.extend(
  goalOptionsSchema.pick({ budget: true, taskBudget: true, reviewRounds: true, judges: true, latency: true })
    .shape,
);

/** `POST /v1/plans`: what a goal's plan would be, and what it would take. */
export const planRequestSchema = goalRequestSchema
  .pick({ goal: true, context: true, recipe: true })
  .extend({ options: forecastOptionsSchema.prefault({}) });
export type PlanRequest = z.output<typeof planRequestSchema>;

/** A plan that nothing runs. With `mode` "direct" the goal needs none, and `answer` holds what it would be answered. */
export const dryRunSchema = planViewSchema.extend({
  answer: z.string().nullable().describe('With `mode` "direct": what the goal would be answered.'),
  simulated: z.boolean().describe('True when the plan came from the emulator instead of a model.'),
  usage: usageSchema.describe('Of making the plan.'),
  forecast: forecastSchema
    .nullable()
    .describe('What running the plan would take; null with `mode` "direct", which takes nothing more.'),
});
export type DryRun = z.infer<typeof dryRunSchema>;

/**
 * `POST /v1/plans/validate` takes a plan, or a plan beside the options that it is to keep. Like the plan of a goal it may use
 * any known worker type, specialists as often as it likes, unless the options say otherwise.
 */
export const planCheckRequestSchema = z.strictObject({
  plan: z.unknown().meta({ $ref: '#/components/schemas/Plan' }),
  options: planningOptionsSchema.prefault({}),
});

export const violationSchema = z.object({
  law: z.enum(laws),
  path: z
    .string()
    .describe("The place in the plan, such as `tasks[2].dependencies[0]`; '' for the plan as a whole."),
  taskId: z.string().nullable(),
  message: z.string().describe('What is wrong, where, and the remedy.'),
});

export const planCheckSchema = z.object({ valid: z.boolean(), violations: z.array(violationSchema) });
export type PlanCheck = z.infer<typeof planCheckSchema>;
