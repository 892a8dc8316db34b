import { expect, test } from 'vitest';
import { readArguments } from './run-arguments.ts';

test('what is not given is left to the scenarios', () => {
  expect(readArguments([], {})).toEqual({
    scenarios: [],
    seed: 1,
    short: false,
    only: undefined,
    root: undefined,
    from: undefined,
    json: undefined,
    numbers: {},
  });
});

test('scenarios, a seed and numbers', () => {
  expect(
    readArguments(['matrix', 'schedules', '--schedules', '200', '--short'], { SEED: '7' }),
  ).toMatchObject({
    scenarios: ['matrix', 'schedules'],
    seed: 7,
    short: true,
    numbers: { schedules: 200 },
  });
});

test('the seed of the command line goes before that of the environment', () => {
  expect(readArguments(['--seed', '3'], { SEED: '7' }).seed).toBe(3);
});

test.each([
  [['--schedules', '0'], '--schedules is "0": give a whole number of at least 1.'],
  [['--goals', '1e3'], '--goals is "1e3": give a whole number of at least 1.'],
  [['--gaols', '3'], /Unknown option '--gaols'/],
])('%j is refused', (given, message) => {
  expect(() => readArguments(given, {})).toThrow(message);
});
