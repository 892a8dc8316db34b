import type { AnalyticsReport } from '@baton/shared/contract/analytics';

const feedback = { count: 2, mean: 0.85, distribution: [0, 0, 0, 1, 1] };
const reviews = {
  workerType: 'researcher',
  reviewed: 24,
  judged: 24,
  passShare: 0.9583,
  firstPassShare: 0.75,
  rounds: 1.25,
  scores: { accuracy: 0.88, completeness: 0.81, requirements: 0.9, consistency: 0.93 },
};
const slotTime = { workerType: 'researcher', slotSeconds: 28_800, busySeconds: 25_200, share: 0.875 };

export const analyticsExample: AnalyticsReport = {
  from: '2026-03-02',
  to: '2026-03-02',
  recipe: null,
  labels: {},
  goals: {
    considered: 6,
    most: 1_000,
    hasMore: false,
    open: 1,
    oldestCreatedAt: '2026-03-02T08:14:03.000Z',
    statuses: { succeeded: 5, partially_succeeded: 1, failed: 0, cancelled: 0, expired: 0 },
    seconds: { p50: 214, p90: 402.5, p95: 402.5, p99: 402.5, max: 402.5 },
  },
  tasks: [
    {
      workerType: 'researcher',
      tasks: 24,
      outcomes: { succeeded: 23, partial: 0, failed: 1, skipped: 0, cancelled: 0 },
      attempts: { none: 0, one: 23, two: 1, more: 0, most: 2 },
      putBack: 0,
      waitSeconds: { p50: 31.2, p90: 88, p95: 91.4, p99: 96.1, max: 96.1 },
      seconds: { p50: 42.7, p90: 71.3, p95: 80.2, p99: 90.9, max: 90.9 },
    },
  ],
  utilisation: {
    scope: 'fleet',
    by: 'hour',
    total: [slotTime],
    items: [{ at: '2026-03-02T08:00:00.000Z', ...slotTime }],
  },
  bottleneck: {
    workerType: 'researcher',
    goals: 6,
    seconds: 1_480,
    items: [
      {
        workerType: 'researcher',
        waitSeconds: 470,
        runSeconds: 640,
        waitShare: 0.3176,
        runShare: 0.4324,
        goals: 6,
      },
      {
        workerType: ':synthesis',
        waitSeconds: 0,
        runSeconds: 370,
        waitShare: 0,
        runShare: 0.25,
        goals: 0,
      },
    ],
    simulation: {
      goals: 6,
      tasks: 24,
      recordedGoalSeconds: 246.667,
      goalSeconds: 243.1,
      unlimitedGoalSeconds: 168.9,
      workerTypes: [
        {
          workerType: 'researcher',
          slots: 8,
          more: [
            { slots: 1, goalSeconds: 231.4, savedSeconds: 11.7, savedShare: 0.0481 },
            { slots: 2, goalSeconds: 219.8, savedSeconds: 23.3, savedShare: 0.0958 },
            { slots: 4, goalSeconds: 198.2, savedSeconds: 44.9, savedShare: 0.1847 },
            { slots: 8, goalSeconds: 171.6, savedSeconds: 71.5, savedShare: 0.2941 },
          ],
        },
      ],
    },
  },
  errors: {
    items: [
      {
        kind: 'call_retried',
        cause: 'overloaded_error',
        message: '<url> is overloaded (<n> overloaded_error: Overloaded)',
        count: 7,
        recovered: 7,
        recoveredShare: 1,
        workerTypes: ['researcher'],
        goals: 3,
        examples: [{ goalId: 'goal_01jnb0p6wsz8x', taskId: 'market' }],
        firstSeenAt: '2026-03-02T08:20:11.000Z',
        lastSeenAt: '2026-03-02T09:02:40.000Z',
      },
    ],
    hasMore: false,
  },
  reviews: { total: [reviews], items: [{ day: '2026-03-02', ...reviews }] },
  feedback: {
    total: feedback,
    items: [{ day: '2026-03-02', ...feedback }],
    recipes: [{ recipe: 'report', ...feedback }],
  },
  warnings: [],
};
