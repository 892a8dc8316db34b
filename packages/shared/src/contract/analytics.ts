import { z } from 'zod';
import { outcomeStatuses } from './task-outcome.ts';
import { terminalGoalStatuses } from './goal-status.ts';
import { daysBetween } from './usage-report.ts';

export const MOST_ANALYTICS_DAYS = 92;
/** Of a request that names no first day. */
export const USUAL_ANALYTICS_DAYS = 7;
/** Ended goals of one report, the newest. */
export const MOST_GOALS = 1_000;
/** Slots that a report adds to a worker type. */
export const moreSlots = [1, 2, 4, 8] as const;
const DAY = 86_400_000;

const day = z.iso.date('must be a day such as 2026-03-02');
const moment = z.iso.datetime();

/** The query of `GET /v1/analytics`; `label.<key>=value` parameters arrive as `labels`. */
export const analyticsQuerySchema = z.strictObject({
  from: day.optional(),
  to: day.optional(),
  recipe: z.string('must be given once').min(1, 'must be the name of a recipe').optional(),
  labels: z.record(z.string(), z.string('must be given once')).default({}),
});

/** The first and the last day (`2026-03-02`, UTC), and which goals. */
export interface AnalyticsPeriod {
  readonly from: string;
  readonly to: string;
  readonly recipe: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is wrong with a period, as a remedy for `from`; null for one that can be told of. */
export function periodProblem({ from, to }: Pick<AnalyticsPeriod, 'from' | 'to'>): string | null {
  const days = daysBetween(from, to);
  if (days < 1) return `must be no later than to (${to})`;
  if (days <= MOST_ANALYTICS_DAYS) return null;
  return `must be at most ${MOST_ANALYTICS_DAYS} days before to (${to}), that day included`;
}

/** The day on which a period begins that ends on this one and names no other. */
export function usualFirstDay(to: string): string {
  return new Date(Date.parse(to) - (USUAL_ANALYTICS_DAYS - 1) * DAY).toISOString().slice(0, 10);
}

const share = z.number().describe('From 0 to 1.');
const seconds = z.number();

export const percentilesSchema = z.object({
  p50: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  max: z.number(),
});

const workerType = z
  .string()
  .describe('A worker type, or, with a colon before it, a role of Baton itself: `:planner`, `:synthesis`.');

export const taskDistributionSchema = z.object({
  workerType: z.string(),
  tasks: z.int(),
  outcomes: z.record(z.enum(outcomeStatuses), z.int()),
  attempts: z
    .object({ none: z.int(), one: z.int(), two: z.int(), more: z.int(), most: z.int() })
    .describe('Tasks by how often a worker has begun them, and the most of one.'),
  putBack: z.int().describe('Tasks that went back to their queue to wait for a limit, an outage or a batch.'),
  waitSeconds: percentilesSchema
    .nullable()
    .describe(
      'From when all that they waited for had ended to their first start; null when none has started.',
    ),
  seconds: percentilesSchema.nullable().describe('From their first start to their end.'),
});

const slotTimeSchema = z.object({
  workerType: z.string(),
  slotSeconds: seconds.describe('Time of slots that were there.'),
  busySeconds: seconds.describe('Time of slots with a task in them.'),
  share: share.nullable().describe('Busy of all; null when there were none.'),
});

export const utilisationSchema = z.object({
  scope: z
    .literal('fleet')
    .describe("All tenants' tasks: workers are shared. No filter applies but the days."),
  by: z.enum(['hour', 'day']),
  total: z.array(slotTimeSchema),
  items: z.array(slotTimeSchema.extend({ at: moment.describe('When the hour or the day (UTC) begins.') })),
});

const savingSchema = z.object({
  slots: z.int().describe('So many more of this type all the time.'),
  goalSeconds: seconds.describe('Mean time of a goal then.'),
  savedSeconds: seconds.describe('Of a goal in the mean. May be below 0: more slots can make goals later.'),
  savedShare: z.number().describe('Of the simulated time of goals.'),
});

export const bottleneckSchema = z.object({
  workerType: z
    .string()
    .nullable()
    .describe('That goals waited longest for; null when they waited for none.'),
  goals: z.int().describe('Goals that ran tasks to an end of their own: not cancelled, not expired.'),
  seconds: seconds.describe('Time of these goals, added up.'),
  items: z
    .array(
      z.object({
        workerType,
        waitSeconds: seconds.describe('On critical paths: waiting for a slot of it.'),
        runSeconds: seconds.describe('On critical paths: running.'),
        waitShare: share.describe("Of all goals' time."),
        runShare: share,
        goals: z.int().describe('Goals of which it took more time, waiting and running, than any other.'),
      }),
    )
    .describe('By time on critical paths, the most first.'),
  simulation: z
    .object({
      goals: z.int().describe('The newest of them.'),
      tasks: z.int(),
      recordedGoalSeconds: seconds.describe('Mean time of a goal, as it was.'),
      goalSeconds: seconds.describe(
        'The same as simulated with the slots that there were: how good the model is.',
      ),
      unlimitedGoalSeconds: seconds.describe('With a slot for every task.'),
      workerTypes: z.array(
        z.object({
          workerType: z.string(),
          slots: z.number().describe('That there were, in the mean.'),
          more: z.array(savingSchema),
        }),
      ),
    })
    .nullable()
    .describe('Null without a task to simulate.'),
});

export const errorPatternSchema = z.object({
  kind: z
    .enum(['task_failed', 'task_partial', 'task_skipped', 'call_retried', 'goal_failed'])
    .describe('What it has done: `call_retried`, made a model call wait and be made again.'),
  cause: z.string().describe('Stable, for programs: `rate_limit_error`, `deadline`, `plan_invalid`, …'),
  message: z.string().describe('Without numbers, times, addresses, ids and what stands in quotes.'),
  count: z.int(),
  recovered: z.int().describe('Of which the task, or the goal, succeeded in the end.'),
  recoveredShare: share,
  workerTypes: z.array(workerType),
  goals: z.int(),
  examples: z
    .array(z.object({ goalId: z.string(), taskId: z.string().nullable() }))
    .describe('At most three.'),
  firstSeenAt: moment,
  lastSeenAt: moment,
});

const dimensionsSchema = z.object({
  accuracy: z.number(),
  completeness: z.number(),
  requirements: z.number(),
  consistency: z.number(),
});

const reviewScoresSchema = z.object({
  workerType,
  reviewed: z.int().describe('Results that judges were asked about.'),
  judged: z.int().describe('Of which a judge gave a verdict.'),
  passShare: share.nullable().describe('Of those judged, as they were in the end.'),
  firstPassShare: share.nullable().describe('Of those judged, at their first version.'),
  rounds: z.number().describe('Versions judged, in the mean.'),
  scores: dimensionsSchema.nullable().describe('Means over the last versions.'),
});

const feedbackTotalsSchema = z.object({
  count: z.int(),
  mean: z.number().nullable(),
  distribution: z
    .array(z.int())
    .describe(
      'Of five parts of equal width, from 0 to 0.2 up to 0.8 to 1; what lies between two is of the upper.',
    ),
});

/** `GET /v1/analytics`: how goals went, over those of a tenant that have ended and are still kept. */
export const analyticsReportSchema = z.object({
  from: z.iso.date().describe('The first day, in UTC: goals created from then on.'),
  to: z.iso.date().describe('The last day.'),
  recipe: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  goals: z.object({
    considered: z.int().describe('Ended goals that the numbers are of, the newest.'),
    most: z.int(),
    hasMore: z.boolean().describe('There are older ones in these days that were left out.'),
    open: z.int().describe('Goals that were passed over since they go on.'),
    oldestCreatedAt: moment.nullable().describe('Of those considered.'),
    statuses: z.record(z.enum(terminalGoalStatuses), z.int()),
    seconds: percentilesSchema
      .nullable()
      .describe('From being created to their end; of a retried one, of its last run.'),
  }),
  tasks: z.array(taskDistributionSchema).describe('Sub-goals’ tasks too.'),
  utilisation: utilisationSchema,
  bottleneck: bottleneckSchema,
  errors: z.object({
    items: z.array(errorPatternSchema).describe('The most frequent first.'),
    hasMore: z.boolean(),
  }),
  reviews: z.object({
    total: z.array(reviewScoresSchema),
    items: z.array(
      reviewScoresSchema.extend({ day: z.iso.date().describe('On which the results came, in UTC.') }),
    ),
  }),
  feedback: z.object({
    total: feedbackTotalsSchema,
    items: z.array(
      feedbackTotalsSchema.extend({ day: z.iso.date().describe('On which it was given, in UTC.') }),
    ),
    recipes: z.array(feedbackTotalsSchema.extend({ recipe: z.string().nullable() })),
  }),
  warnings: z.array(z.string()).describe('What the numbers do not hold, for people.'),
});
export type AnalyticsReport = z.output<typeof analyticsReportSchema>;
export type TaskDistribution = z.output<typeof taskDistributionSchema>;
export type Utilisation = z.output<typeof utilisationSchema>;
export type Bottleneck = z.output<typeof bottleneckSchema>;
export type ErrorPattern = z.output<typeof errorPatternSchema>;
export type ReviewScores = z.output<typeof reviewScoresSchema>;
export type FeedbackTotals = z.output<typeof feedbackTotalsSchema>;
