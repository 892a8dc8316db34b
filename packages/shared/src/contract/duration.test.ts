import { expect, it } from 'vitest';
import { durationMs } from './duration.ts';

it.each([
  ['0ms', 0],
  ['250ms', 250],
  ['90s', 90_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000],
])('reads %s as %d ms', (text, ms) => expect(durationMs(text)).toBe(ms));

it.each([
  '',
  '10',
  's',
  '1.5h',
  '-1s',
  '+1s',
  '1 s',
  ' 1s',
  '1s ',
  '1S',
  '1w',
  '1e3s',
  '1s1m',
  '1234567890123s',
])('takes "%s" for no duration', (text) => expect(durationMs(text)).toBeNull());
