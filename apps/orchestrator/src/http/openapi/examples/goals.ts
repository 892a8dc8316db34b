import type { Delivery } from '@baton/shared/contract/delivery';
import type { GoalEvent } from '@baton/shared/contract/event';
import { summaryOf, type Goal, type PlanView, type TaskView } from '@baton/shared/contract/goal';
import type { Usage } from '@baton/shared/contract/task-outcome';

export const goalId = 'goal_9t0qp7k14knx1wc5d2rr';
const createdAt = '2026-03-02T09:00:00.000Z';
const startedAt = '2026-03-02T09:00:01.120Z';
const finishedAt = '2026-03-02T09:00:48.310Z';

function usage(calls: number, inputTokens: number, outputTokens: number, costUsd: number): Usage {
  const none = {
    possiblyRepeatedCalls: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    webSearches: 0,
    savedUsd: 0,
  };
  return { calls, inputTokens, outputTokens, costUsd, ...none };
}

export const planExample = {
  analysis: 'Find the facts, then write them up.',
  tasks: [
    {
      id: 'market',
      worker: 'researcher',
      description: 'Find how many electric cargo bikes were sold in Belgium in each of the last three years.',
      requirements: ['Name a source for each figure.'],
      dependencies: [],
      priority: 'high',
      complexity: 'medium',
      why: 'The report rests on these figures.',
      focus: 'Sales to households, not to fleets.',
    },
    {
      id: 'report',
      worker: 'writer',
      description: 'Write one page on the market for electric cargo bikes in Belgium.',
      requirements: [],
      dependencies: ['market'],
      priority: 'medium',
      complexity: 'low',
    },
  ],
} satisfies Omit<PlanView, 'mode'>;

/** One task per item of what `models` lists. */
export const listPlanExample = {
  tasks: [
    {
      id: 'models',
      worker: 'researcher',
      description: 'List the five electric cargo bikes that are sold most in Belgium, one per line.',
    },
    {
      id: 'profiles',
      worker: 'writer',
      description: 'Write a profile of 80 words of the bike.',
      dependencies: ['models'],
      forEach: 'models',
    },
  ],
};

export const goalRequestExample = {
  goal: 'Write one page on the market for electric cargo bikes in Belgium.',
  context: { audience: 'the board' },
  options: { maxTasks: 20, priority: 'high', deadline: '10m' },
  webhook: { url: 'https://example.com/hooks/baton' },
  labels: { team: 'growth' },
};

export const patternRequestExample = {
  goal: goalRequestExample.goal,
  recipe: 'report',
  options: {
    decomposition: 'hybrid',
    reviewRounds: 2,
    judges: 3,
    maxReplans: 1,
    finishEarly: true,
    taskTimeout: '5m',
    cache: 'read',
  },
};

export const taskExample: TaskView = {
  id: 'market',
  worker: 'researcher',
  status: 'succeeded',
  attempts: 1,
  startedAt,
  finishedAt: '2026-03-02T09:00:21.870Z',
  output: 'In 2023, 2024 and 2025 …',
  errors: [],
  usage: usage(1, 820, 412, 0.0086),
  reviews: [
    {
      round: 1,
      verdict: 'fail',
      scores: { accuracy: 0.9, completeness: 0.5, requirements: 0.6, consistency: 1 },
      feedback: ['Add the figures of 2023.'],
      judges: 1,
      passes: 0,
    },
    {
      round: 2,
      verdict: 'pass',
      scores: { accuracy: 0.9, completeness: 0.9, requirements: 1, consistency: 1 },
      feedback: [],
      judges: 1,
      passes: 1,
    },
  ],
  metadata: {},
  subGoal: null,
};

const runningTask: TaskView = {
  ...taskExample,
  id: 'report',
  worker: 'writer',
  status: 'running',
  startedAt: '2026-03-02T09:00:21.930Z',
  finishedAt: null,
  output: null,
  reviews: [],
  usage: usage(0, 0, 0, 0),
};

const links = {
  self: `/v1/goals/${goalId}`,
  events: `/v1/goals/${goalId}/events`,
  dashboard: null,
};

export const acceptedGoal: Goal = {
  id: goalId,
  status: 'accepted',
  goal: goalRequestExample.goal,
  rev: 0,
  parent: null,
  createdAt,
  startedAt: null,
  finishedAt: null,
  plan: null,
  tasks: [],
  output: null,
  simulated: false,
  citations: [],
  reviews: [],
  results: [],
  finishedEarly: null,
  planCache: null,
  replans: 0,
  prompts: {},
  missing: [],
  usage: usage(0, 0, 0, 0),
  error: null,
  labels: goalRequestExample.labels,
  feedback: [],
  links,
};

export const runningGoal: Goal = {
  ...acceptedGoal,
  status: 'running',
  startedAt,
  plan: { mode: 'plan', ...planExample },
  tasks: [taskExample, runningTask],
  usage: usage(2, 2_140, 760, 0.0178),
};

export const outputExample = '# Electric cargo bikes in Belgium\n\nSales have … [market].\n';

export const succeededGoal: Goal = {
  ...runningGoal,
  status: 'succeeded',
  finishedAt,
  tasks: [
    taskExample,
    {
      ...runningTask,
      status: 'succeeded',
      finishedAt,
      output: 'Sales have …',
      usage: usage(1, 1_350, 640, 0.0137),
    },
  ],
  output: outputExample,
  citations: [{ taskId: 'market', description: 'Find how many electric cargo bikes were sold …' }],
  results: [{ rev: 1, status: 'succeeded', finishedAt }],
  usage: usage(4, 4_905, 1_980, 0.0445),
  feedback: [{ at: '2026-03-02T10:12:00.000Z', score: 0.9, comment: 'All there; a chart would be good.' }],
};

const awaitingGoal: Goal = {
  ...runningGoal,
  status: 'awaiting_approval',
  tasks: [taskExample, runningTask].map((task) => ({
    ...runningTask,
    id: task.id,
    worker: task.worker,
    status: 'pending',
    attempts: 0,
    startedAt: null,
  })),
};

export const rejectedGoal: Goal = {
  ...awaitingGoal,
  status: 'cancelled',
  finishedAt,
  tasks: awaitingGoal.tasks.map((task) => ({ ...task, status: 'cancelled', finishedAt })),
  error: { type: 'plan_rejected', message: 'The plan was rejected: ask two sources.' },
};

export const goalListExample = { items: [summaryOf(succeededGoal)], nextCursor: null };

export const eventsExample: GoalEvent[] = [
  { id: '1', event: 'goal.accepted', data: { goalId, at: createdAt } },
  { id: '2', event: 'goal.planning', data: { goalId, at: startedAt } },
];

export const eventStreamExample = `retry: 2000\n\n${eventsExample
  .map(({ id, event, data }) => `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  .join('')}`;

export const deliveryExample: Delivery = {
  id: `msg_${goalId}_0`,
  type: 'goal.succeeded',
  at: finishedAt,
  status: 'delivered',
  nextAttemptAt: null,
  attemptCount: 2,
  attempts: [
    { at: finishedAt, outcome: 'failed', status: 502, error: 'The receiver answered 502.', ms: 84 },
    { at: '2026-03-02T09:00:53.900Z', outcome: 'delivered', status: 204, error: null, ms: 61 },
  ],
};
