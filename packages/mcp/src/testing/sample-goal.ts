import type { EventName, GoalEvent } from '@baton/shared/contract/event';
import type { Goal, TaskView } from '@baton/shared/contract/goal';

const AT = '2026-07-01T10:00:00.000Z';
const usage = {
  calls: 3,
  possiblyRepeatedCalls: 0,
  inputTokens: 1_200,
  outputTokens: 800,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  webSearches: 0,
  savedUsd: 0,
  costUsd: 0.0123,
};

export function sampleTask(id: string, more: Partial<TaskView> = {}): TaskView {
  return {
    id,
    worker: 'researcher',
    status: 'succeeded',
    attempts: 1,
    startedAt: AT,
    finishedAt: AT,
    output: `What there is to know about ${id}.`,
    errors: [],
    usage,
    reviews: [],
    metadata: {},
    subGoal: null,
    ...more,
  };
}

/** A goal that goes on, without a plan so far. */
export function openGoal(id: string, more: Partial<Goal> = {}): Goal {
  return {
    id,
    status: 'planning',
    goal: 'Plan a trip to Kyoto',
    createdAt: AT,
    startedAt: AT,
    finishedAt: null,
    plan: null,
    tasks: [],
    output: null,
    simulated: false,
    missing: [],
    usage,
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
    links: { self: `/v1/goals/${id}`, events: `/v1/goals/${id}/events`, dashboard: null },
    ...more,
  };
}

/** A goal of two tasks that succeeded. */
export function endedGoal(id: string, more: Partial<Goal> = {}): Goal {
  return openGoal(id, {
    status: 'succeeded',
    finishedAt: AT,
    tasks: [sampleTask('sights'), sampleTask('prices')],
    output: '# Kyoto in three days',
    ...more,
  });
}

/** The events of one goal, numbered from 1: each `[event, data]`. */
export function eventsOf(goalId: string, ...steps: readonly (readonly [EventName, object?])[]): GoalEvent[] {
  return steps.map(([event, data], index) => ({
    id: String(index + 1),
    event,
    data: { goalId, at: AT, ...data },
  }));
}

export const planned = ['goal.planned', { tasks: [{ id: 'sights' }, { id: 'prices' }] }] as const;
