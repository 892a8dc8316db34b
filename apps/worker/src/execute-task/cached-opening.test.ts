import { expect, test, vi } from 'vitest';
import type { TaskSpec } from '@baton/shared/ledger/goal-record';
import type { CachePays } from '@baton/shared/model/cache-worth';
import { callsAlike, openingsOf } from './cached-opening.ts';

const task: TaskSpec = {
  id: 'a',
  worker: 'writer',
  description: 'd',
  requirements: [],
  dependencies: [],
  dependents: [],
  priority: 'medium',
  complexity: 'medium',
};

test.each([
  ['tasks alike', { alike: 4 }, 0, 0, 4],
  ['half of their revisions, where there may be any', { alike: 4 }, 2, 0, 6],
  ['the same in the first revision', { alike: 4 }, 2, 1, 6],
  ['itself alone once a stronger model is asked', { alike: 4 }, 2, 2, 1],
  ['itself alone in a plan of an earlier release', {}, 0, 0, 1],
])('a task counts %s', (_, about, rounds, revision, calls) => {
  expect(callsAlike({ ...task, ...about }, rounds, revision)).toBe(calls);
});

const asked = { system: 's', prompt: 'goal\ntask' };

test('what tasks share is set off, and whole where the worker says something else', () => {
  const open = openingsOf({ shared: () => 'goal\n' }, 2, () => true);
  expect(open('m', asked)).toEqual({ role: 'user', shared: 'goal\n', text: 'task' });
  expect(open('m', { ...asked, prompt: 'goal\ntask and more' })).toMatchObject({ text: 'task and more' });
  expect(open('m', { ...asked, prompt: 'something else' })).toEqual({ role: 'user', text: 'something else' });
});

test('a worker may say itself what its calls share', () => {
  const pays = vi.fn<CachePays>(() => true);
  const open = openingsOf({ shared: () => 'goal\n' }, 1, pays);
  const own = { ...asked, shared: 'a long document\n', prompt: 'question' };
  expect(open('m', own)).toEqual({ role: 'user', shared: 'a long document\n', text: 'question' });
  expect(pays.mock.calls[0]?.[0].calls).toBe(2);
  pays.mockReturnValue(false);
  expect(open('m', own)).toEqual({ role: 'user', text: 'a long document\nquestion' });
});
