import { describe, expect, it } from 'vitest';
import type { Evidence, GoalEvent } from '../../evidence/evidence.ts';
import { firstJobs } from './recovery.ts';

const START = Date.parse('2026-01-01T00:00:00.000Z');

function event(name: GoalEvent['event'], ms: number): GoalEvent {
  return { id: '1', event: name, data: { goalId: 'goal_a', at: new Date(START + ms).toISOString() } };
}

function evidence(...events: GoalEvent[]): Pick<Evidence, 'goals'> {
  return { goals: [{ goalId: 'goal_a', text: 'a', wantsWebhook: false, parent: null, goal: null, events }] };
}

describe('firstJobs', () => {
  const seen = evidence(
    event('task.started', 100),
    event('task.succeeded', 210),
    event('goal.synthesizing', 400),
    event('task.started', 900),
  );

  it('counts from the recovery to the first job taken, not to what ended', () => {
    expect(firstJobs(seen, [{ at: START + 200 }])).toEqual([200]);
  });

  it('looks at one role when it is told to', () => {
    expect(firstJobs(seen, [{ at: START + 200, role: 'worker' }])).toEqual([700]);
  });

  it('says when none was taken', () => {
    expect(firstJobs(seen, [{ at: START + 901 }])).toEqual([null]);
  });
});
