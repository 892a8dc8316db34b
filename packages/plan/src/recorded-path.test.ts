import { expect, it } from 'vitest';
import { recordedPath, type RecordedTask } from './recorded-path.ts';

function ran(
  queuedAt: number,
  startedAt: number,
  finishedAt: number,
  dependencies: number[] = [],
): RecordedTask {
  return { queuedAt, startedAt, finishedAt, dependencies };
}

it('goes back from what ended last, each time to what was waited for longest', () => {
  const tasks = [ran(0, 1, 5), ran(0, 2, 9), ran(9, 12, 20, [0, 1]), ran(5, 5, 19, [0])];
  expect(recordedPath(tasks)).toEqual([1, 2]);
});

it('leaves out what never ran', () => {
  const skipped = { queuedAt: 9, startedAt: null, finishedAt: 30, dependencies: [0] };
  const open = { queuedAt: 9, startedAt: 10, finishedAt: null, dependencies: [0] };
  expect(recordedPath([ran(0, 1, 9), skipped, open, ran(9, 9, 12, [0, 1])])).toEqual([0, 3]);
  expect(recordedPath([skipped])).toEqual([]);
  expect(recordedPath([])).toEqual([]);
});

it('ends where records go in a circle or lead nowhere', () => {
  expect(recordedPath([ran(0, 0, 5, [1]), ran(0, 0, 6, [0])])).toEqual([0, 1]);
  expect(recordedPath([ran(0, 0, 5, [7])])).toEqual([0]);
});
