import { expect, test } from 'vitest';
import { readArguments } from './run-arguments.ts';

const read = (args: string[], environment = {}): unknown => readArguments(args, environment, () => 42);

test('what is not given has its default', () => {
  expect(read([])).toEqual({ count: 50_000, seed: 42, only: null, json: null });
  expect(read(['--short'])).toMatchObject({ count: 3_000 });
});

test('the seed comes from the argument, else from SEED', () => {
  expect(read(['--seed', '7'], { SEED: '8' })).toMatchObject({ seed: 7 });
  expect(read([], { SEED: '8' })).toMatchObject({ seed: 8 });
});

test.for([
  ['--count', '0'],
  ['--count', 'x'],
  ['--seed', '-1'],
  ['--seed', '1e3'],
  ['--only', ''],
  ['--zebra'],
])('%j is refused', (args) => {
  expect(() => read(args)).toThrow();
});
