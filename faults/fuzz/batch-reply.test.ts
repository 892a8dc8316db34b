import { expect, test } from 'vitest';
import { faultOfBatch } from './batch-reply.ts';

const problem = {
  type: 'urn:baton:problem:invalid_request',
  title: 'The request is not valid',
  status: 400,
  detail: 'goal: must be given',
};
const taken = { index: 0, status: 202, goal: { id: 'goal_x' }, problem: null };
const refused = { index: 1, status: 400, goal: null, problem };

function judge(items: unknown, lawful: readonly boolean[] | 'none'): string | null {
  return faultOfBatch(JSON.stringify({ items }), lawful);
}

test('each goal of a batch is answered as if it had been sent alone', () => {
  expect(judge([taken, refused], [true, false])).toBeNull();
  expect(judge([{ ...refused, index: 0 }], 'none')).toBeNull();
});

test.for<[string, unknown, readonly boolean[] | 'none']>([
  ['an answer too few', [taken], [true, false]],
  ['no answers', [], 'none'],
  [
    'answers out of order',
    [
      { ...refused, index: 0 },
      { ...taken, index: 1 },
    ],
    [true, false],
  ],
  ['a wrong index', [{ ...taken, index: 1 }], [true]],
  ['a bad goal that was taken', [taken], [false]],
  ['a lawful goal that was refused', [{ ...refused, index: 0 }], [true]],
  ['a fault of Baton', [{ ...refused, index: 0, status: 500 }], [false]],
  ['a refusal without a problem', [{ ...refused, index: 0, problem: null }], [false]],
  ['a refusal with a goal', [{ ...refused, index: 0, goal: taken.goal }], [false]],
  ['a problem of another status', [{ ...refused, index: 0, problem: { ...problem, status: 404 } }], [false]],
])('%s is a fault', ([, items, lawful]) => {
  expect(judge(items, lawful)).not.toBeNull();
});
