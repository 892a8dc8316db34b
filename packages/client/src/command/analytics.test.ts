import { expect, it } from 'vitest';
import type { AnalyticsReport } from '../contract/analytics.ts';
import { baton } from '../testing/baton-command.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { json, startStubServer } from '../testing/stub-server.ts';

const percentiles = { p50: 2, p90: 4, p95: 5.5, p99: 70, max: 70 };
const none = { count: 0, mean: null, distribution: [0, 0, 0, 0, 0] };

const empty: AnalyticsReport = {
  from: '2026-06-01',
  to: '2026-06-02',
  recipe: null,
  labels: {},
  goals: {
    considered: 0,
    most: 1_000,
    hasMore: false,
    open: 0,
    oldestCreatedAt: null,
    statuses: { succeeded: 0, partially_succeeded: 0, failed: 0, cancelled: 0, expired: 0 },
    seconds: null,
  },
  tasks: [],
  utilisation: { scope: 'fleet', by: 'hour', total: [], items: [] },
  bottleneck: { workerType: null, goals: 0, seconds: 0, items: [], simulation: null },
  errors: { items: [], hasMore: false },
  reviews: { total: [], items: [] },
  feedback: { total: none, items: [], recipes: [] },
  warnings: [],
};

const moment = '2026-06-01T08:00:00.000Z';
const report: AnalyticsReport = {
  ...empty,
  goals: {
    ...empty.goals,
    considered: 3,
    open: 1,
    oldestCreatedAt: moment,
    statuses: { ...empty.goals.statuses, succeeded: 2, partially_succeeded: 1 },
    seconds: percentiles,
  },
  tasks: [
    {
      workerType: 'writer',
      tasks: 4,
      outcomes: { succeeded: 3, partial: 0, failed: 1, skipped: 0, cancelled: 0 },
      attempts: { none: 0, one: 3, two: 1, more: 0, most: 2 },
      putBack: 0,
      waitSeconds: null,
      seconds: percentiles,
    },
  ],
  utilisation: {
    ...empty.utilisation,
    total: [{ workerType: 'writer', slotSeconds: 100, busySeconds: 25, share: 0.25 }],
  },
  bottleneck: {
    workerType: 'writer',
    goals: 3,
    seconds: 30,
    items: [
      { workerType: 'writer', waitSeconds: 10, runSeconds: 15, waitShare: 0.3333, runShare: 0.5, goals: 2 },
    ],
    simulation: {
      goals: 3,
      tasks: 4,
      recordedGoalSeconds: 10,
      goalSeconds: 9.5,
      unlimitedGoalSeconds: 6,
      workerTypes: [
        {
          workerType: 'writer',
          slots: 2,
          more: [
            { slots: 1, goalSeconds: 8, savedSeconds: 1.5, savedShare: 0.1579 },
            { slots: 2, goalSeconds: 10, savedSeconds: -0.5, savedShare: -0.0526 },
          ],
        },
      ],
    },
  },
  errors: {
    items: [
      {
        kind: 'task_failed',
        cause: 'deadline',
        message: 'The task took longer than the <n> s it may take.',
        count: 1,
        recovered: 0,
        recoveredShare: 0,
        workerTypes: ['writer'],
        goals: 1,
        examples: [{ goalId: 'goal_1', taskId: 'text' }],
        firstSeenAt: moment,
        lastSeenAt: moment,
      },
    ],
    hasMore: false,
  },
  reviews: {
    total: [
      {
        workerType: ':synthesis',
        reviewed: 2,
        judged: 2,
        passShare: 1,
        firstPassShare: 0.5,
        rounds: 1.5,
        scores: { accuracy: 0.9, completeness: 0.8, requirements: 1, consistency: 0.75 },
      },
    ],
    items: [],
  },
  feedback: {
    ...empty.feedback,
    recipes: [{ recipe: null, count: 2, mean: 0.5, distribution: [1, 0, 0, 0, 1] }],
  },
  warnings: ['Only the newest 3 goals of these days were considered: ask for fewer days.'],
};

it('prints tables, and what the numbers do not hold', async () => {
  const server = await startStubServer({
    'GET /v1/analytics?from=2026-06-01&recipe=report&label.team=growth': [json(200, report)],
  });
  const { exitCode, stdout, stderr } = await baton(
    ['analytics', '--from', '2026-06-01', '--recipe', 'report', '--label', 'team=growth'],
    { ...server, stdout: fakeTerminal(200) },
  );
  expect(exitCode).toBe(0);
  expect(stdout.split('\n')).toEqual([
    '3 goals from 2026-06-01 to 2026-06-02 (UTC) · 2 succeeded · 1 partially succeeded · half of them within 2.0s, 95% within 5.5s · 1 more goes on',
    '',
    'TASKS',
    'WORKER TYPE  TASKS  OK   FAILED  AGAIN  WAIT P50  P95  MAX  RUN P50  P95   MAX',
    'writer       4      75%  1       1      -         -    -    2.0s     5.5s  1m10s',
    '',
    'CRITICAL PATHS',
    'WORKER TYPE  WAITED  SHARE  RAN    SHARE  GOALS',
    'writer       10.0s   33%    15.0s  50%    2',
    '',
    "WHAT MORE SLOTS WOULD HAVE SAVED of a goal's time; waited for longest: writer",
    'WORKER TYPE  SLOTS  +1        +2',
    'writer       2      1.5s 16%  -0.5s -5%',
    'A goal took 10.0s in the mean; simulated 9.5s, and 6.0s with slots without end.',
    '',
    'SLOTS of the whole fleet',
    'WORKER TYPE  THERE  BUSY   SHARE',
    'writer       1m40s  25.0s  25%',
    '',
    'ERRORS',
    'COUNT  KIND         CAUSE     RECOVERED  WORKER TYPES  EXAMPLE      MESSAGE',
    '1      task failed  deadline  0%         writer        goal_1 text  The task took longer than the <n> s it may take.',
    '',
    'REVIEWS',
    'OF          JUDGED  PASSED  AT FIRST  ROUNDS  ACCURACY  COMPLETENESS  REQUIREMENTS  CONSISTENCY',
    ':synthesis  2       100%    50%       1.5     0.90      0.80          1.00          0.75',
    '',
    'FEEDBACK',
    'RECIPE  COUNT  MEAN  0-0.2  -0.4  -0.6  -0.8  -1',
    '(none)  2      0.50  1      0     0     0     1',
    '',
  ]);
  expect(stderr).toBe(`${report.warnings[0]}\n`);
});

it('says so when there is nothing to tell, and hands JSON on as it is', async () => {
  const server = await startStubServer({ 'GET /v1/analytics': [json(200, empty), json(200, report)] });
  const { exitCode, stdout, stderr } = await baton(['analytics'], server);
  expect([exitCode, stdout]).toEqual([0, '0 goals from 2026-06-01 to 2026-06-02 (UTC)\n']);
  expect(stderr).toBe('No goal from 2026-06-01 to 2026-06-02 (UTC) has ended and is still kept.\n');
  expect(JSON.parse((await baton(['analytics', '-o', 'json'], server)).stdout)).toEqual(report);
  expect((await baton(['analytics', '--from', 'monday'], server)).exitCode).toBe(2);
  expect((await baton(['analytics', '--label', 'team'], server)).exitCode).toBe(2);
});
