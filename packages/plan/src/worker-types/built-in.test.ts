import { expect, test } from 'vitest';
import { CUSTOM_WORKER } from '../laws.ts';
import { workerTypeSchema } from '../worker-type.ts';
import { builtInWorkerTypes } from './built-in.ts';

test('the catalogue is in its order, each type with its tier', () => {
  expect(builtInWorkerTypes.map(({ type, tier }) => `${type} ${tier}`)).toEqual([
    'researcher balanced',
    'analyzer strong',
    'writer balanced',
    'coder strong',
    'reviewer strong',
    'validator fast',
    'synthesizer strong',
    'specialist balanced',
  ]);
  expect(builtInWorkerTypes.at(-1)?.type).toBe(CUSTOM_WORKER);
});

test.each(builtInWorkerTypes)(
  '$type describes itself and ends with the form of its answer',
  ({ system, ...described }) => {
    expect(workerTypeSchema.parse(described)).toEqual(described);
    expect(system.split('\n').at(-1)).toMatch(/^Form: .+\.$/);
    expect(system).not.toMatch(/^You are the /);
  },
);
