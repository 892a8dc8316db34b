import { expect, test } from 'vitest';
import { DagError } from './dag-error.ts';
import { type CheckedJob, checkDependencies } from './guard.ts';

const job = (data: unknown, counts?: Record<string, number>): CheckedJob => ({
  id: 'g.1.0',
  data,
  getDependenciesCount: async () => {
    if (counts === undefined) throw new Error('asked Redis');
    return counts;
  },
});

test('a job without dependencies asks nothing', async () => {
  expect(await checkDependencies(job({ dag: { children: 0 } }))).toEqual({ complete: true, failed: 0 });
});

test.each([
  [
    { processed: 3, ignored: 0 },
    { complete: true, failed: 0 },
  ],
  [
    { processed: 1, ignored: 2 },
    { complete: true, failed: 2 },
  ],
  [{ processed: 2 }, { complete: false, expected: 3, found: 2 }],
  [{ ignored: 1 }, { complete: false, expected: 3, found: 1 }],
  [{}, { complete: false, expected: 3, found: 0 }],
])('of three children, %j', async (counts, expected) => {
  expect(await checkDependencies(job({ dag: { children: 3 } }, counts))).toEqual(expected);
});

test.each([[{}], [null], [{ dag: {} }], [{ dag: { children: '3' } }]])(
  'data %j is not from compileDag',
  async (data) => {
    await expect(checkDependencies(job(data))).rejects.toThrow(DagError);
  },
);
