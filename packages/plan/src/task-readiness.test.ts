import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isUsable, readinessOf, terminalStatusOf, type OutcomeStatus } from './task-readiness.ts';

const statuses: fc.Arbitrary<OutcomeStatus> = fc.constantFrom(
  'succeeded',
  'partial',
  'failed',
  'skipped',
  'cancelled',
);
const outcomes = fc
  .array(statuses)
  .map((each) => each.map((status, index) => ({ taskId: `t${index}`, status, errors: [] })));

test('a task runs on whole and partial results', () => {
  expect(readinessOf([])).toEqual({ kind: 'run' });
  expect(
    readinessOf([
      { taskId: 'a', status: 'succeeded' },
      { taskId: 'b', status: 'partial' },
    ]),
  ).toEqual({ kind: 'run' });
});

test('a task is skipped when any result is lacking, and the reason names each', () => {
  const dependencies = [
    { taskId: 'a', status: 'failed' },
    { taskId: 'b', status: 'succeeded' },
    { taskId: 'c', status: 'skipped' },
    { taskId: 'd', status: 'cancelled' },
  ] as const;
  expect(readinessOf(dependencies)).toEqual({
    kind: 'skip',
    reason: 'Skipped: it depends on results that do not exist: a (failed), c (skipped), d (cancelled).',
  });
});

test('a goal ends as its tasks did, and names what is missing', () => {
  const good = { taskId: 'good', status: 'succeeded', errors: [] } as const;
  const partial = { taskId: 'half', status: 'partial', errors: [] } as const;
  const failed = { taskId: 'bad', status: 'failed', errors: ['No key.', 'Gave up.'] } as const;
  expect(terminalStatusOf([good])).toEqual({ status: 'succeeded', missing: [] });
  expect(terminalStatusOf([good, partial])).toEqual({
    status: 'partially_succeeded',
    missing: [{ taskId: 'half', reason: 'The task gave only a part of what it was to give.' }],
  });
  expect(terminalStatusOf([partial]).status).toBe('partially_succeeded');
  expect(terminalStatusOf([failed])).toEqual({
    status: 'failed',
    missing: [{ taskId: 'bad', reason: 'No key. Gave up.' }],
  });
  expect(terminalStatusOf([])).toEqual({ status: 'failed', missing: [] });
});

test('what was left out on purpose is missing, and makes no goal partial', () => {
  const good = { taskId: 'good', status: 'succeeded', errors: [] } as const;
  const leftOut = {
    taskId: 'extra',
    status: 'cancelled',
    errors: ['Not needed.'],
    isUnneeded: true,
  } as const;
  const missing = [{ taskId: 'extra', reason: 'Not needed.' }];
  expect(terminalStatusOf([good, leftOut])).toEqual({ status: 'succeeded', missing });
  expect(terminalStatusOf([good, { ...leftOut, isUnneeded: false }]).status).toBe('partially_succeeded');
  expect(terminalStatusOf([leftOut]).status).toBe('failed');
});

test('a goal succeeds only with every task, and fails only without any usable result', () => {
  fc.assert(
    fc.property(outcomes, (ended) => {
      const { status, missing } = terminalStatusOf(ended);
      const usable = ended.filter((outcome) => isUsable(outcome.status)).length;
      expect(status === 'failed').toBe(usable === 0);
      expect(status === 'succeeded').toBe(usable > 0 && missing.length === 0);
      expect(missing.map(({ taskId }) => taskId)).toEqual(
        ended.filter((outcome) => outcome.status !== 'succeeded').map(({ taskId }) => taskId),
      );
      expect(readinessOf(ended).kind).toBe(usable === ended.length ? 'run' : 'skip');
    }),
  );
});
