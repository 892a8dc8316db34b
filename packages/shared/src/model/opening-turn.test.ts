import { expect, test, vi } from 'vitest';
import { openingTurn } from './opening-turn.ts';

const prompt = { system: 'abc', user: 'goal\ntask', shared: 'goal\n' };
const caching = { pays: () => true, calls: 3 };

test('the shared beginning is set off where that pays', () => {
  const pays = vi.fn(() => true);
  expect(openingTurn('m', prompt, { pays, calls: 3 })).toEqual({
    role: 'user',
    shared: 'goal\n',
    text: 'task',
  });
  expect(pays.mock.calls).toEqual([[{ model: 'm', tokens: 3, calls: 3 }]]);
});

test.each([
  ['it does not pay', prompt, { ...caching, pays: () => false }],
  ['nothing is shared', { ...prompt, shared: null }, caching],
  ['the prompt begins otherwise', { ...prompt, shared: 'another goal\n' }, caching],
])('the turn stays whole where %s', (_, opening, how) => {
  expect(openingTurn('m', opening, how)).toEqual({ role: 'user', text: 'goal\ntask' });
});
