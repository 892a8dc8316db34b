import { expect, test } from 'vitest';
import type { GoalEvent, GoalSeen } from '../evidence/evidence.ts';
import { recoveryTimes } from './recovery.ts';

function event(name: GoalEvent['event'], taskId: string, at: number): GoalEvent {
  return { id: '1', event: name, data: { goalId: 'goal_1', at: new Date(at).toISOString(), taskId } };
}

function goal(...events: GoalEvent[]): GoalSeen {
  return { goalId: 'goal_1', text: 'x', wantsWebhook: false, parent: null, goal: null, events };
}

test('what was under way at a disturbance counts from then to its end, a second start of it included', () => {
  const goals = [
    goal(
      event('task.started', 'a', 1_000),
      event('task.started', 'b', 1_500),
      event('task.succeeded', 'b', 2_100),
      event('task.started', 'a', 4_000),
      event('task.succeeded', 'a', 4_500),
      event('task.started', 'c', 4_600),
      event('task.skipped', 'd', 9_000),
      event('task.failed', 'c', 4_700),
    ),
  ];
  expect(recoveryTimes({ goals }, [2_000, 4_650, 8_000])).toEqual({ median: 50, p95: 2_500, longest: 2_500 });
});

test('nothing disturbed', () => {
  expect(recoveryTimes({ goals: [goal()] }, [])).toEqual({ median: 0, p95: 0, longest: 0 });
});
