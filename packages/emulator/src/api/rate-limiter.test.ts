import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError } from './api-error.ts';
import { RateLimiter } from './rate-limiter.ts';
import { TokenBucket } from './token-bucket.ts';

const NOW = Date.UTC(2026, 10, 21);

function refusalOf(act: () => void): ApiError | null {
  try {
    act();
    return null;
  } catch (error) {
    return error instanceof ApiError ? error : null;
  }
}

test('a bucket gives what it holds plus what has flowed in since, and never more', () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 5_000 }),
    units: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.array(step, { maxLength: 60 }), (perMinute, steps) => {
      const bucket = new TokenBucket(perMinute, 0);
      let now = 0;
      let granted = 0;
      for (const { wait, units } of steps) {
        now += wait;
        if (units > perMinute || bucket.waitMs(units, now) > 0) continue;
        bucket.take(units, now);
        granted += units;
      }
      expect(granted).toBeLessThanOrEqual(perMinute + (now * perMinute) / 60_000 + 1e-6);
    }),
  );
});

test('an idle bucket fills to its brim and no further', () => {
  const bucket = new TokenBucket(60, 0);
  bucket.take(30, 0);
  expect(bucket.level(3_600_000)).toBe(60);
});

test('the wait it names is enough, and a millisecond before is not', () => {
  const bucket = new TokenBucket(60, 0);
  bucket.take(60, 0);
  expect(bucket.waitMs(3, 0)).toBe(3_000);
  expect(bucket.waitMs(3, 2_999)).toBe(1);
  expect(bucket.waitMs(3, 3_000)).toBe(0);
});

test('refuses over the request limit with the seconds to wait, per model', () => {
  const limiter = new RateLimiter({ rpm: 2, itpm: 1_000, otpm: 1_000 });
  limiter.admit('a', 1, NOW);
  limiter.admit('a', 1, NOW);
  const refusal = refusalOf(() => limiter.admit('a', 1, NOW));
  expect(refusal).toMatchObject({ status: 429, type: 'rate_limit_error', retryAfter: 30 });
  expect(refusal?.message).toContain('2 requests per minute');
  limiter.admit('b', 1, NOW);
  limiter.admit('a', 1, NOW + 30_000);
});

test('counts input when it comes and output as it is produced', () => {
  const limiter = new RateLimiter({ rpm: 100, itpm: 6_000, otpm: 600 });
  limiter.admit('a', 6_000, NOW);
  expect(refusalOf(() => limiter.admit('a', 100, NOW))).toMatchObject({ retryAfter: 1 });
  limiter.admit('a', 100, NOW + 1_000);
  limiter.chargeOutput('a', 1_200, NOW + 1_000);
  expect(refusalOf(() => limiter.admit('a', 0, NOW + 1_000))?.message).toContain('600 output tokens');
  limiter.admit('a', 0, NOW + 61_200);
});

test('sends every header, with token remainders in thousands', () => {
  const limiter = new RateLimiter({ rpm: 60, itpm: 10_000, otpm: 4_000 });
  limiter.admit('a', 2_600, NOW);
  limiter.chargeOutput('a', 400, NOW);
  expect(limiter.headers('a', NOW)).toEqual({
    'anthropic-ratelimit-requests-limit': '60',
    'anthropic-ratelimit-requests-remaining': '59',
    'anthropic-ratelimit-requests-reset': '2026-11-21T00:00:01Z',
    'anthropic-ratelimit-input-tokens-limit': '10000',
    'anthropic-ratelimit-input-tokens-remaining': '7000',
    'anthropic-ratelimit-input-tokens-reset': '2026-11-21T00:00:16Z',
    'anthropic-ratelimit-output-tokens-limit': '4000',
    'anthropic-ratelimit-output-tokens-remaining': '4000',
    'anthropic-ratelimit-output-tokens-reset': '2026-11-21T00:00:06Z',
    'anthropic-ratelimit-tokens-limit': '10000',
    'anthropic-ratelimit-tokens-remaining': '7000',
    'anthropic-ratelimit-tokens-reset': '2026-11-21T00:00:16Z',
  });
});
