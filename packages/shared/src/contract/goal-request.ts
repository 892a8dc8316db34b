import { z } from 'zod';
import { decompositions, latencies, MAX_TASKS, priorities, type Plan } from '@baton/plan/plan';
import { durationMs } from './duration.ts';
import { webhookSchema } from './webhook.ts';
import { WORKER_TYPE_PATTERN } from '@baton/plan/worker-type';

export const MAX_GOAL_CHARACTERS = 32_768;
export const MAX_LABELS = 32;
const LABEL_KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** An option of the contract whose neutral value is all that this release takes. */
function notYet<const Neutral extends string | number | boolean>(neutral: Neutral, what: string) {
  return z.literal(neutral, {
    error: `${what} is not available in this release: leave it out or send ${JSON.stringify(neutral)}`,
  });
}

/** ms. */
const SHORTEST_DEADLINE = 1_000;
const LONGEST_DEADLINE = 30 * 86_400_000;
const LONGEST_TASK_TIMEOUT = 86_400_000;

/** Tasks that the planner may plan unless the request says otherwise. */
export const DEFAULT_MAX_TASKS = 20;

export const MOST_REVIEW_ROUNDS = 5;
export const MOST_JUDGES = 5;
export const MOST_REPLANS = 5;
export const planCaches = ['off', 'read', 'write'] as const;
export const MOST_BUDGET_TOKENS = 1_000_000_000_000;
export const MOST_BUDGET_USD = 1_000_000;

function wholeNumber(least: number, most: number) {
  const rule = `must be a whole number from ${least} to ${most}`;
  return z.int(rule).min(least, rule).max(most, rule);
}

/** Limits in ms, and as they are told. */
function durationOption(least: number, most: number, leastText: string, mostText: string) {
  return z
    .string('must be a duration such as "10m"')
    .refine(
      (text) => durationMs(text) !== null,
      'must be a whole number and a unit, such as 90s, 10m, 2h or 7d',
    )
    .refine((text) => (durationMs(text) ?? least) >= least, `must be at least ${leastText}`)
    .refine((text) => (durationMs(text) ?? 0) <= most, `must be at most ${mostText}`)
    .meta({ pattern: '^[0-9]{1,12}(ms|s|m|h|d)$', examples: ['10m'] });
}

/** What calls may spend together; at least one of the two is given. */
export const budgetSchema = z
  .strictObject({
    maxTokens: wholeNumber(1, MOST_BUDGET_TOKENS)
      .optional()
      .describe('Tokens of prompts and answers together, cached ones included.'),
    maxCostUsd: z
      .number('must be a number of US dollars, such as 2.5')
      .positive('must be more than 0')
      .max(MOST_BUDGET_USD, `must be at most ${MOST_BUDGET_USD}`)
      .optional()
      .describe('US dollars. Calls of models without a known price are then refused.'),
  })
  .refine(
    ({ maxTokens, maxCostUsd }) => maxTokens !== undefined || maxCostUsd !== undefined,
    'must hold maxTokens, maxCostUsd or both, or be left out',
  );
export type Budget = z.output<typeof budgetSchema>;

export const goalOptionsSchema = z.strictObject({
  maxTasks: wholeNumber(1, MAX_TASKS)
    .optional()
    .describe(`Tasks that the plan may have; ${DEFAULT_MAX_TASKS} for one that is to be made unless given.`),
  workerTypes: z
    .array(z.string().regex(WORKER_TYPE_PATTERN, 'must be the name of a worker type'))
    .min(1, 'must name at least one worker type, or be left out to allow all')
    .max(100)
    .optional()
    .describe('Worker types that the plan may name; all known ones unless given.'),
  decomposition: z
    .enum(decompositions, `must be one of ${decompositions.join(', ')}`)
    .default('hybrid')
    .describe(
      '`constrained`: known worker types only; `hybrid`: and at most one custom task; `dynamic`: any.',
    ),
  priority: z
    .enum(priorities, `must be one of ${priorities.join(', ')}`)
    .default('medium')
    .describe('Of its tasks in the queues; one that has waited long enough overtakes any other.'),
  onTaskFailure: notYet('continue', 'stopping at the first failed task').optional(),
  approval: z
    .boolean('must be true or false')
    .optional()
    .describe('The plan waits for somebody to approve or reject it.'),
  reviewRounds: wholeNumber(0, MOST_REVIEW_ROUNDS)
    .optional()
    .describe(
      "How often a result that the judges don't let pass is revised; 0: nothing is judged. The server's `REVIEW_ROUNDS` unless given.",
    ),
  judges: wholeNumber(1, MOST_JUDGES)
    .optional()
    .describe('Judges of each result, more than half of whom must let it pass; 1 unless given.'),
  maxReplans: wholeNumber(0, MOST_REPLANS)
    .optional()
    .describe('How often the plan may be changed after a task has failed for good; 0 unless given.'),
  finishEarly: z
    .boolean('must be true or false')
    .optional()
    .describe('Ends once the outcomes of high priority suffice, by a judge’s word; the rest is cancelled.'),
  taskTimeout: durationOption(SHORTEST_DEADLINE, LONGEST_TASK_TIMEOUT, '1s', '1d')
    .optional()
    .describe("Time that each task may take, at most; its worker type's own limit holds besides."),
  cache: z
    .enum(planCaches, `must be one of ${planCaches.join(', ')}`)
    .optional()
    .describe(
      '`read`: takes the plan of an earlier, same goal, and keeps a new one; `write`: plans anew and keeps it; `off`, unless given: neither.',
    ),
  deadline: durationOption(SHORTEST_DEADLINE, LONGEST_DEADLINE, '1s', '30d')
    .optional()
    .describe("From the goal's acceptance to its end, 1s to 30d; the server's `GOAL_DEADLINE` unless given."),
  budget: budgetSchema.optional().describe('What the goal may spend, its sub-goals included.'),
  taskBudget: budgetSchema.optional().describe('What each task may spend, reviews and revisions included.'),
  latency: z
    .enum(latencies, `must be one of ${latencies.join(', ')}`)
    .optional()
    .describe(
      '`relaxed`: every call goes through batches, at half the price and within a day; `normal` unless given.',
    ),
  hedge: z
    .boolean('must be true or false')
    .optional()
    .describe(
      'A call that is slower than 95 of 100 of its kind is made a second time; the first answer counts.',
    ),
  singleFlight: z
    .boolean('must be true or false')
    .optional()
    .describe(
      "Calls of tasks that are the same as one under way for the same tenant share that one's answer.",
    ),
});

/** `POST /v1/goals`, as a client sends it. */
export const goalRequestSchema = z.strictObject({
  goal: z
    .string('must be given, as text: say what is to be achieved')
    .trim()
    .min(1, 'must not be empty: say what is to be achieved')
    .max(
      MAX_GOAL_CHARACTERS,
      `must be at most ${MAX_GOAL_CHARACTERS} characters: put long material in "context"`,
    )
    .describe('What is to be achieved.'),
  context: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .optional()
    .describe('Material that the planner and every task are told.'),
  recipe: z.string().min(1).max(100).nullable().optional().describe('The name of a recipe.'),
  /** Held to every law of a plan, its schema among them, by `checkPlan`. */
  plan: z
    .unknown()
    .meta({ $ref: '#/components/schemas/Plan' })
    .nullable()
    .optional()
    .describe('Runs in place of one that a model would make.'),
  options: goalOptionsSchema.prefault({}),
  webhook: webhookSchema.nullable().optional().describe('Told once the goal has ended.'),
  labels: z
    .record(
      z.string().regex(LABEL_KEY, 'must be 1 to 63 letters, digits, ".", "_" or "-"'),
      z.string().max(256),
    )
    .refine((labels) => Object.keys(labels).length <= MAX_LABELS, `must hold at most ${MAX_LABELS} labels`)
    .meta({ maxProperties: MAX_LABELS })
    .default({}),
});

export type GoalOptions = z.output<typeof goalOptionsSchema>;

/** A request that keeps every rule. */
export interface GoalRequest extends Omit<z.output<typeof goalRequestSchema>, 'plan'> {
  readonly plan: Plan | null;
}
