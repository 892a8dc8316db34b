import { expect, it } from 'vitest';
import { lonePhases } from './lone-phases.mjs';

const start = Date.parse('2026-01-01T00:00:00.000Z');

/** @param {import('@baton/shared/contract/event').GoalEvent['event']} event @param {number} ms */
function at(event, ms) {
  return { id: '1', event, data: { goalId: 'goal_1', at: new Date(start + ms).toISOString() } };
}

const run = {
  sentAt: start,
  acceptedAt: start + 3,
  endedAt: start + 40,
  events: [
    at('goal.accepted', 2),
    at('goal.planned', 5),
    at('task.started', 9),
    at('task.started', 11),
    at('task.succeeded', 14),
    at('task.succeeded', 20),
    at('goal.synthesizing', 26),
    at('goal.succeeded', 33),
  ],
};

it('splits the time of a goal at its events, first start and last end of its tasks, and leaves nothing out', () => {
  const phases = lonePhases([run]);
  expect(phases.map(({ ms }) => ms)).toEqual([2.5, 3, 4, 11, 6, 7, 6.5]);
  expect(phases.reduce((sum, { ms }) => sum + ms, 0)).toBe(40);
});

it('averages over goals and passes over those without events', () => {
  const slower = { ...run, endedAt: run.endedAt + 10 };
  const last = lonePhases([run, slower, { ...run, events: [] }]).at(-1);
  expect(last?.ms).toBe(11.5);
  expect(lonePhases([{ ...run, events: [] }])).toEqual([]);
});
