import { expect, it } from 'vitest';
import { createClient } from './client.ts';
import { goalPath } from './goal-path.ts';

it.each([
  ['goal_1', 'goals/goal_1'],
  ['../goals', 'goals/..%2Fgoals'],
  ['a?b#c', 'goals/a%3Fb%23c'],
])('%s stays within its place', (id, path) => expect(goalPath(id)).toBe(path));

it.each(['', '.', '..'])('"%s" is refused by every call, and nothing is asked', async (id) => {
  const fetch = () => Promise.reject(new Error('asked'));
  const { goals } = createClient({ baseUrl: 'http://127.0.0.1:1', fetch, maxRetries: 0 });
  const calls = [goals.get, goals.cancel, goals.retry, goals.approve, goals.reject, goals.output, goals.wait];
  for (const call of [...calls, goals.deliveries]) {
    await expect(call(id)).rejects.toThrow('is not the id of a goal');
  }
  await expect(goals.feedback(id, { score: 1 })).rejects.toThrow('is not the id of a goal');
  await expect(goals.stream(id).next()).rejects.toThrow('is not the id of a goal');
});
