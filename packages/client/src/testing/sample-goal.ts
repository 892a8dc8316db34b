import type { EventName, GoalEvent } from '@baton/shared/contract/event';
import type { Goal, PlanView } from '@baton/shared/contract/goal';
import type { TaskStatus, Usage } from '@baton/shared/contract/task-outcome';

export const T0 = Date.parse('2026-07-01T10:00:00.000Z');

export function moment(seconds: number): string {
  return new Date(T0 + Math.round(seconds * 1_000)).toISOString();
}

export function usage(
  calls: number,
  inputTokens: number,
  outputTokens: number,
  costUsd: number | null,
): Usage {
  return {
    calls,
    possiblyRepeatedCalls: 0,
    inputTokens,
    outputTokens,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    webSearches: 0,
    savedUsd: 0,
    costUsd,
  };
}

/** One event of goal_1. */
export function eventAt(seconds: number, event: EventName, data: object = {}, id = '1'): GoalEvent {
  return { id, event, data: { goalId: 'goal_1', at: moment(seconds), ...data } };
}

/** The events of goal_1, numbered from 1: each `[seconds, event, data]`. */
export function events(...steps: readonly (readonly [number, EventName, object?])[]): GoalEvent[] {
  return steps.map(([seconds, event, data], index) => eventAt(seconds, event, data, String(index + 1)));
}

export function frame({ id, event, data }: GoalEvent): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A trip planned in five tasks, one of which fails. */
export const tripEvents = events(
  [0, 'goal.accepted'],
  [0.1, 'goal.planning'],
  [
    1.2,
    'goal.planned',
    {
      mode: 'plan',
      tasks: [
        { id: 'sights', worker: 'researcher', dependencies: [] },
        { id: 'prices', worker: 'researcher', dependencies: [] },
        { id: 'budget', worker: 'analyzer', dependencies: ['prices'] },
        { id: 'route', worker: 'analyzer', dependencies: ['sights'] },
        { id: 'guide', worker: 'writer', dependencies: ['route', 'budget'] },
      ],
    },
  ],
  [1.2, 'goal.running'],
  [1.2, 'task.queued', { taskId: 'sights' }],
  [1.2, 'task.queued', { taskId: 'prices' }],
  [1.3, 'task.started', { taskId: 'sights', attempt: 1 }],
  [1.4, 'task.started', { taskId: 'prices', attempt: 1 }],
  [2, 'task.retrying', { taskId: 'prices', reason: 'The model is overloaded', delayMs: 1_500 }],
  [4.5, 'task.succeeded', { taskId: 'sights', usage: usage(1, 1_240, 840, 0.0123) }],
  [4.5, 'task.queued', { taskId: 'route' }],
  [4.6, 'task.started', { taskId: 'route', attempt: 1 }],
  [5, 'task.progress', { taskId: 'route', message: 'ordering 12 sights' }],
  [
    6,
    'task.failed',
    { taskId: 'prices', usage: usage(2, 300, 20, 0.001), errors: ['No price list was found.'] },
  ],
  [6, 'task.skipped', { taskId: 'budget', usage: usage(0, 0, 0, 0), errors: ['prices failed'] }],
  [8, 'task.succeeded', { taskId: 'route', usage: usage(1, 2_000, 500, 0.02) }],
  [8, 'task.skipped', { taskId: 'guide', usage: usage(0, 0, 0, 0), errors: ['budget was skipped'] }],
  [8.1, 'goal.synthesizing'],
  [9, 'output.delta', { text: 'Kyoto ', offset: 0 }],
  [9.1, 'output.delta', { text: 'in three days', offset: 6 }],
  [10, 'goal.partially_succeeded', { missing: [{ taskId: 'prices', reason: 'No price list was found.' }] }],
);

function task(id: string, worker: string, status: TaskStatus, errors: string[] = []): Goal['tasks'][number] {
  const ran = status !== 'skipped';
  return {
    id,
    worker,
    status,
    attempts: ran ? 1 : 0,
    startedAt: ran ? moment(1.3) : null,
    finishedAt: moment(4.5),
    output: null,
    errors,
    usage: ran ? usage(1, 1_240, 840, 0.0123) : usage(0, 0, 0, 0),
    reviews: [],
    metadata: {},
    subGoal: null,
  };
}

function plannedTask(id: string, worker: string, dependencies: string[]): PlanView['tasks'][number] {
  const description = 'Find it out';
  return {
    id,
    worker,
    description,
    requirements: [],
    dependencies,
    priority: 'medium',
    complexity: 'medium',
  };
}

/** The trip as it is read after its end. */
export const tripGoal: Goal = {
  id: 'goal_1',
  status: 'partially_succeeded',
  goal: 'Plan three days in Kyoto',
  createdAt: moment(0),
  startedAt: moment(0.1),
  finishedAt: moment(10),
  plan: {
    mode: 'plan',
    analysis: '',
    tasks: [plannedTask('sights', 'researcher', []), plannedTask('route', 'analyzer', ['sights'])],
  },
  tasks: [task('sights', 'researcher', 'succeeded'), task('route', 'analyzer', 'skipped', ['sights failed'])],
  output: '# Kyoto\n\nIn three days.',
  simulated: true,
  missing: [{ taskId: 'prices', reason: 'No price list was found.' }],
  usage: usage(6, 12_300, 4_500, 0.31),
  error: null,
  labels: {},
  feedback: [],
  rev: 1,
  parent: null,
  citations: [],
  reviews: [],
  results: [],
  finishedEarly: null,
  planCache: null,
  replans: 0,
  prompts: {},
  links: { self: '/v1/goals/goal_1', events: '/v1/goals/goal_1/events', dashboard: null },
};
