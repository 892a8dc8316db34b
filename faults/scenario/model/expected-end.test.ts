import { expect, test } from 'vitest';
import { expectedEnd } from './expected-end.ts';
import { casesOf, rounds } from './model-fault-case.ts';

const all = rounds.flatMap((round) => casesOf(round));

test('every case has a name, a goal and an end of its own to expect', () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(new Set(all.map(({ request }) => request.goal)).size).toBe(all.length);
  for (const each of all) {
    const { calls, paid, told } = expectedEnd(each);
    expect(paid).toBeLessThanOrEqual(calls);
    expect(told[0]).toBeLessThanOrEqual(told[1]);
  }
});

test.each([
  ['429 at the planner once', { status: 'succeeded', calls: 2, paid: 1, told: [0, 0] }],
  ['hang at the synthesiser always', { status: 'failed', calls: 8, paid: 0, told: [0, 8] }],
  [
    'cut at the task always',
    { status: 'partially_succeeded', calls: 8, paid: 8, told: [7, 8], task: 'failed' },
  ],
  ['empty at the planner once', { status: 'succeeded', calls: 2, paid: 2, told: [0, 0] }],
  ['max_tokens at the planner always', { status: 'failed', calls: 3, paid: 3, told: [0, 0] }],
  [
    'max_tokens at the task once',
    { status: 'succeeded', calls: 2, paid: 2, told: [0, 0], task: 'succeeded' },
  ],
  [
    'max_tokens at the task always',
    { status: 'partially_succeeded', calls: 4, paid: 4, told: [0, 0], task: 'partial' },
  ],
  ['refusal at the planner once', { status: 'failed', calls: 1, paid: 1, told: [0, 0] }],
  ['huge at the synthesiser once', { status: 'failed', calls: 1, paid: 1, told: [0, 1] }],
])('%s', (name, end) => {
  const found = all.find((each) => each.name === name);
  expect(found && expectedEnd(found)).toEqual(end);
});
