import { expect, test } from 'vitest';
import { noUsage } from '../contract/task-outcome.ts';
import { usageOfCalls } from './call-usage.ts';
import type { StepCall } from './journaled-llm.ts';
import { plainResponse } from './testing/scripted-llm.ts';

const call: StepCall = {
  response: {
    ...plainResponse,
    usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 },
  },
  costUsd: 0.1,
  reused: false,
  possiblyRepeatedCalls: 1,
};

test('no calls use nothing', () => {
  expect(usageOfCalls([])).toEqual(noUsage);
});

test('calls add up, money exactly', () => {
  expect(usageOfCalls([call, { ...call, costUsd: 0.2 }, { ...call, reused: true }])).toEqual({
    calls: 3,
    possiblyRepeatedCalls: 3,
    inputTokens: 3,
    outputTokens: 6,
    cacheReadTokens: 9,
    cacheWriteTokens: 12,
    webSearches: 0,
    costUsd: 0.4,
    savedUsd: 0,
  });
  expect(usageOfCalls([call, { ...call, costUsd: 0.2 }]).costUsd).toBe(0.3);
});

test('one unknown price leaves the cost unknown', () => {
  expect(usageOfCalls([call, { ...call, costUsd: null }, call])).toMatchObject({ calls: 3, costUsd: null });
});
