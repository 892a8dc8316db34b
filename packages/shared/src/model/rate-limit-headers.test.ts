import { expect, test } from 'vitest';
import { rateLimitsOf } from './rate-limit-headers.ts';

const told = {
  'anthropic-ratelimit-requests-limit': '60',
  'anthropic-ratelimit-requests-remaining': '59',
  'anthropic-ratelimit-input-tokens-limit': '10000',
  'anthropic-ratelimit-input-tokens-remaining': '7000',
  'anthropic-ratelimit-output-tokens-limit': '4000',
  'anthropic-ratelimit-output-tokens-remaining': '4000',
};

test('reads limits and remainders of requests and tokens', () => {
  expect(rateLimitsOf(new Headers(told))).toEqual({
    requests: { perMinute: 60, remaining: 59 },
    inputTokens: { perMinute: 10_000, remaining: 7_000 },
    outputTokens: { perMinute: 4_000, remaining: 4_000 },
  });
});

test('what an endpoint does not tell is null', () => {
  expect(rateLimitsOf(new Headers({ 'anthropic-ratelimit-requests-limit': '60' }))).toEqual({
    requests: { perMinute: 60, remaining: null },
    inputTokens: null,
    outputTokens: null,
  });
  expect(rateLimitsOf(new Headers({ 'request-id': 'x' }))).toBeNull();
});

test.each(['', '-1', '0', '1e9', 'sixty', '60.5', '99999999999999999999', 'NaN', '0x10'])(
  'a limit of %j is not one',
  (limit) => {
    expect(rateLimitsOf(new Headers({ 'anthropic-ratelimit-requests-limit': limit }))).toBeNull();
  },
);
