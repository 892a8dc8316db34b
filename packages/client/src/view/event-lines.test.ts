import { expect, it } from 'vitest';
import { fakePipe } from '../testing/fake-terminal.ts';
import { eventAt, tripEvents, tripGoal } from '../testing/sample-goal.ts';
import { openGoalView } from './open-goal-view.ts';

it('writes a plain line per event, one for all pieces of the answer, and a sum', () => {
  const pipe = fakePipe();
  const view = openGoalView(tripGoal, pipe, () => 0);
  for (const event of tripEvents) view.show(event);
  view.end(tripGoal);
  view.close();
  expect(pipe.written().split('\n')).toEqual([
    '   0.0s  goal accepted     goal_1',
    '   0.1s  goal planning',
    '   1.2s  goal planned      5 tasks: sights, prices, budget, route, guide',
    '   1.2s  goal running',
    '   1.2s  task queued       sights (researcher)',
    '   1.2s  task queued       prices (researcher)',
    '   1.3s  task started      sights (researcher)',
    '   1.4s  task started      prices (researcher)',
    '   2.0s  task retrying     prices (researcher)  tries again in 1.5s: The model is overloaded',
    '   4.5s  task succeeded    sights (researcher)  3.2s · 1.2k/840 tok · $0.0123',
    '   4.5s  task queued       route (analyzer)',
    '   4.6s  task started      route (analyzer)',
    '   5.0s  task progress     route (analyzer)  ordering 12 sights',
    '   6.0s  task failed       prices (researcher)  4.6s · 300/20 tok · $0.0010 · No price list was found.',
    '   6.0s  task skipped      budget (analyzer)  prices failed',
    '   8.0s  task succeeded    route (analyzer)  3.4s · 2.0k/500 tok · $0.0200',
    '   8.0s  task skipped      guide (writer)  budget was skipped',
    '   8.1s  goal synthesizing',
    '   9.0s  answer begins',
    '  10.0s  goal partially succeeded without prices',
    '  10.0s  in all            2 tasks · 6 model calls · 12k tokens in, 4.5k out · $0.31 · simulated',
    '',
  ]);
});

it('says why a goal failed, and steers no terminal with the texts of models', () => {
  const pipe = fakePipe();
  const view = openGoalView(tripGoal, pipe, () => 0);
  const failed = eventAt(3, 'goal.failed', {
    error: { type: 'plan_invalid', message: 'No\nplan \u001b[2Jcame.' },
  });
  view.show(failed);
  expect(pipe.written()).toBe('   3.0s  goal failed       No plan came.\n');
});

it('does not give a line to how much is written for a task', () => {
  const pipe = fakePipe();
  const view = openGoalView(tripGoal, pipe, () => 0);
  view.show(eventAt(3, 'task.progress', { taskId: 'route', message: 'm', outputCharacters: 1_200 }));
  expect(pipe.written()).toBe('');
});
