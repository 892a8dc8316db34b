import { describe, expect, test } from 'vitest';
import type { Goal, TaskView } from '@baton/shared/contract/goal';
import type { Usage } from '@baton/shared/contract/task-outcome';
import { goalHtml } from './goal-html.ts';
import type { ShownGoal } from './shown-goal.ts';

const evil = `<script>alert("1")</script>'&`;
const at = '2026-03-02T10:00:00.000Z';
const usage: Usage = {
  calls: 2,
  possiblyRepeatedCalls: 1,
  inputTokens: 1_000,
  outputTokens: 500,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  webSearches: 0,
  costUsd: 0.25,
  savedUsd: 0,
};

const task = (id: string, more: Partial<TaskView> = {}): TaskView => ({
  id,
  worker: 'writer',
  status: 'failed',
  attempts: 2,
  startedAt: at,
  finishedAt: null,
  output: 'A secret answer.',
  errors: [evil],
  usage,
  reviews: [],
  metadata: {},
  subGoal: null,
  ...more,
});

const goal: Goal = {
  id: 'goal_1',
  status: 'running',
  goal: evil + 'x'.repeat(5_000),
  rev: 2,
  parent: { goalId: 'goal_0', taskId: evil },
  createdAt: at,
  startedAt: at,
  finishedAt: null,
  plan: { mode: 'plan', analysis: evil, tasks: [] },
  tasks: [task('a'), task('b', { subGoal: { id: 'goal_2', status: 'running', tasks: [] } })],
  output: 'A secret answer.',
  simulated: false,
  citations: [],
  reviews: [],
  results: [],
  finishedEarly: evil,
  planCache: null,
  replans: 1,
  prompts: {},
  missing: [{ taskId: evil, reason: evil }],
  usage,
  error: { type: 'model_error', message: evil },
  labels: { [evil]: evil },
  feedback: [],
  links: { self: '/v1/goals/goal_1', events: '/v1/goals/goal_1/events', dashboard: null },
};

const shown: ShownGoal = {
  tenant: evil,
  goal,
  retries: 0,
  jobs: new Map([['a', 'queue/tasks.writer/goal_1.2.0']]),
  deliveries: [],
};

const now = Date.parse(at) + 75_000;

describe("a goal's page", () => {
  const page = goalHtml(shown, now);

  test('shows text as text, whatever it holds, and no answers', () => {
    expect(page).not.toContain('<script');
    expect(
      page.match(/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;&#39;&amp;/g)?.length,
    ).toBeGreaterThan(8);
    expect(page).not.toContain('A secret answer.');
    expect(page).toContain('(5,029 characters)');
  });

  test('tells where it stands, and leads to its flows, jobs and other goals', () => {
    for (const part of [
      '1 min 15 s',
      '$0.2500',
      'of them possibly repeated: 1',
      'href="../queues/queue/synthesis/goal_1.2.root"',
      'href="../queues/queue/synthesis/goal_1.1.root"',
      'href="../queues/queue/tasks.writer/goal_1.2.0"',
      'href="goal_0"',
      'href="goal_2"',
    ])
      expect(page).toContain(part);
  });

  test('looks again until the goal has ended', () => {
    expect(page).toContain('http-equiv="refresh"');
    const ended = goalHtml({ ...shown, goal: { ...goal, status: 'failed', finishedAt: at } }, now);
    expect(ended).not.toContain('http-equiv="refresh"');
  });

  test('leads to the job that plans it while there is no flow', () => {
    const first = { ...shown, goal: { ...goal, rev: 0, tasks: [], plan: null } };
    const planning = goalHtml(first, now);
    expect(planning).toContain('href="../queues/queue/goals/goal_1"');
    expect(planning).toContain('It has no tasks yet.');
    const again = goalHtml({ ...first, retries: 2 }, now);
    expect(again).toContain('href="../queues/queue/goals/goal_1.retry-2"');
  });
});
