import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventNames } from '@baton/shared/contract/event';
import { eventsOf, planned } from '../testing/sample-goal.ts';
import { goalSteps, type Step } from './goal-steps.ts';

function stepsOf(...told: Parameters<typeof eventsOf>[1][]): Step[] {
  const stepFor = goalSteps();
  return eventsOf('goal_1', ...told).flatMap((event) => stepFor(event) ?? []);
}

describe('the steps of a goal', () => {
  it('count its ended tasks and the answer, and name what happened', () => {
    const steps = stepsOf(
      ['goal.accepted'],
      ['goal.planning'],
      planned,
      ['goal.running'],
      ['task.queued', { taskId: 'sights' }],
      ['task.started', { taskId: 'sights' }],
      ['task.progress', { taskId: 'sights', message: 'reading\n12 pages' }],
      ['task.retrying', { taskId: 'sights', reason: 'the model is overloaded' }],
      ['task.succeeded', { taskId: 'sights' }],
      ['task.skipped', { taskId: 'prices' }],
      ['goal.synthesizing'],
      ['output.delta', { text: 'Kyoto' }],
      ['goal.partially_succeeded'],
    );
    expect(steps.map(({ progress, total, message }) => [Math.floor(progress), total, message])).toEqual([
      [0, undefined, 'accepted'],
      [0, undefined, 'planning'],
      [0, 3, 'planned: sights, prices'],
      [0, 3, 'running'],
      [0, 3, 'sights started'],
      [0, 3, 'sights goes on: reading 12 pages'],
      [0, 3, 'sights is tried again: the model is overloaded'],
      [1, 3, 'sights succeeded (1 of 2 tasks ended)'],
      [2, 3, 'prices was skipped (2 of 2 tasks ended)'],
      [2, 3, 'putting the answer together'],
      [3, 3, 'partially succeeded'],
    ]);
  });

  it('tell what judges said, and a changed plan', () => {
    const steps = stepsOf(
      planned,
      ['task.reviewed', { taskId: 'sights', round: 1, verdict: 'fail' }],
      ['goal.replanned', { tasks: [{ id: 'sights' }] }],
      ['goal.judged', { about: 'early_finish', suffices: true, reason: 'enough is known' }],
      ['goal.judged', { about: 'answer', round: 1, verdict: 'pass' }],
    );
    expect(steps.map(({ message }) => message)).toEqual([
      'planned: sights, prices',
      'sights was judged, round 1: fail',
      'plan changed: sights',
      'what there is suffices: enough is known',
      'the answer was judged: pass',
    ]);
  });

  it('of one without tasks end with the answer', () => {
    expect(stepsOf(['goal.planned', { tasks: [] }], ['goal.succeeded'])).toEqual([
      { progress: 0.5, total: 1, message: 'planned: no tasks are needed' },
      { progress: 1, total: 1, message: 'succeeded' },
    ]);
  });

  it('count again after a retry, without going back', () => {
    const steps = stepsOf(
      planned,
      ['task.failed', { taskId: 'sights' }],
      ['task.succeeded', { taskId: 'prices' }],
      ['goal.failed'],
      ['goal.retried', { taskIds: ['sights'] }],
      ['task.succeeded', { taskId: 'sights' }],
      ['goal.succeeded'],
    );
    expect(steps.map(({ progress }) => Math.floor(progress))).toEqual([0, 1, 2, 3, 3, 3, 3]);
    expect(steps.at(-2)?.message).toBe('sights succeeded (2 of 2 tasks ended)');
  });

  it('always rise, whatever comes', () => {
    const event = fc.tuple(
      fc.constantFrom(...eventNames),
      fc.record({ taskId: fc.constantFrom('a', 'b'), tasks: fc.constant([{ id: 'a' }, null, { id: 7 }]) }),
    );
    fc.assert(
      fc.property(fc.array(event), (told) => {
        let last = -1;
        for (const { progress } of stepsOf(...told)) {
          expect(progress).toBeGreaterThan(last);
          last = progress;
        }
      }),
    );
  });
});
