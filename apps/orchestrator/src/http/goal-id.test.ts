import { expect, test } from 'vitest';
import { noSuchGoal, requireGoalId } from './goal-id.ts';

const ask = (goalId: string): void =>
  void requireGoalId({} as never, {} as never, () => undefined, goalId, 'goalId');

test('ids as Baton makes them are asked for', () => {
  expect(() => ask('goal_0123456789abcdefghjk')).not.toThrow();
});

test.for([
  'goal_abc:events',
  'goal_abc:journal',
  'goal_',
  'abc',
  'goal_ABC',
  'goal_a\0',
  'goal_a\n',
  '__proto__',
  '',
])('what can name no goal or another key is not found: %j', (goalId) => {
  expect(() => ask(goalId)).toThrow('There is no goal');
});

test('a long id is not told in full', () => {
  expect(noSuchGoal('x'.repeat(10_000)).message.length).toBeLessThan(200);
});
