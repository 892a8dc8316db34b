import { expect, it } from 'vitest';
import { usage } from '../testing/sample-goal.ts';
import { costText, countText, durationText, plural, tokensText, usageText } from './quantities.ts';

it.each([
  [-5, '0.0s'],
  [0, '0.0s'],
  [1_299, '1.2s'],
  [59_999, '59.9s'],
  [60_000, '1m00s'],
  [125_900, '2m05s'],
  [3_599_999, '59m59s'],
  [3_720_000, '1h02m'],
  [90_000_000, '25h00m'],
])('writes %d ms as %s', (ms, text) => expect(durationText(ms)).toBe(text));

it.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1.0k'],
  [9_949, '9.9k'],
  [9_950, '10k'],
  [999_499, '999k'],
  [999_500, '1.0M'],
  [12_300_000, '12M'],
])('writes the count %d as %s', (count, text) => expect(countText(count)).toBe(text));

it.each([
  [null, '$?'],
  [0, '$0'],
  [0.00123, '$0.0012'],
  [0.31, '$0.31'],
  [12.5, '$12.50'],
])('writes the cost %s as %s', (cost, text) => expect(costText(cost)).toBe(text));

it('counts cached tokens as read', () => {
  const cached = {
    ...usage(2, 100, 50, 0.2),
    cacheReadTokens: 1_000,
    cacheWriteTokens: 200,
    webSearches: 0,
    savedUsd: 0,
    possiblyRepeatedCalls: 1,
  };
  expect(tokensText(cached)).toBe('1.3k/50 tok');
  expect(usageText(cached)).toBe('2 model calls · 1.3k tokens in, 50 out · $0.20 · 1 possibly repeated');
});

it.each([
  [0.12, '$0.20 (saved $0.12)'],
  [0.0042, '$0.20 (saved $0.0042)'],
  [0.00004, '$0.20'],
  [0, '$0.20'],
  [-0.12, '$0.20'],
  [null, '$0.20'],
])('tells of %s dollars saved', (savedUsd, end) =>
  expect(usageText({ ...usage(1, 1, 1, 0.2), savedUsd })).toBe(`1 model call · 1 tokens in, 1 out · ${end}`),
);

it('writes one without an s', () =>
  expect([plural(1, 'task'), plural(0, 'task')]).toEqual(['1 task', '0 tasks']));
