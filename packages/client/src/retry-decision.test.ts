import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatonError, ConnectionError } from './errors.ts';
import { effectOf, LONGEST_RETRY_AFTER, pauseBeforeRetry, type FailedAttempt } from './retry-decision.ts';

function refused(status: number, wish: number | null = null): BatonError {
  return new BatonError({ type: 'urn:baton:problem:x', title: '', status, detail: '' }, wish);
}

function lost(code?: string): ConnectionError {
  const cause = Object.assign(new Error('lost'), code === undefined ? {} : { code });
  return new ConnectionError('unreachable', 'http://x', 'lost', cause);
}

const passing = [408, 429, 500, 502, 503, 504];
const wish = fc.option(fc.nat(600_000));
const passingFailure = fc.oneof(
  fc.tuple(fc.constantFrom(...passing), wish).map(([status, ms]) => refused(status, ms)),
  fc.constantFrom(lost(), lost('ECONNRESET'), lost('ECONNREFUSED')),
);
const finalFailure = fc.oneof(
  fc
    .integer({ min: 300, max: 599 })
    .filter((status) => !passing.includes(status))
    .map((status) => refused(status, 1_000)),
  fc.constant(new ConnectionError('not_baton', 'http://x', 'html')),
);
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const backoff = fc.record({ first: fc.nat(20_000), longest: fc.integer({ min: 1, max: 20_000 }) });

function attemptWith(failure: fc.Arbitrary<FailedAttempt['failure']>): fc.Arbitrary<FailedAttempt> {
  return fc.record({
    failure,
    failures: fc.integer({ min: 1, max: 2_000 }),
    maxRetries: fc.nat(2_000),
    repeatable: fc.boolean(),
    backoff,
    random,
  });
}

describe('the effect of a failed attempt', () => {
  it('is final where the budget of the day is spent: it would be refused again until midnight', () => {
    const problem = { type: 'urn:baton:problem:budget_exhausted', title: '', status: 429, detail: '' };
    expect(effectOf(new BatonError(problem, 3_600_000))).toBeNull();
  });

  it.each([
    ...[408, 429].map((status) => [refused(status), 'none'] as const),
    ...[500, 502, 503, 504].map((status) => [refused(status), 'unknown'] as const),
    ...[400, 401, 403, 404, 409, 413, 422, 501, 505].map((status) => [refused(status), null] as const),
    ...['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'].map((code) => [lost(code), 'none'] as const),
    ...['ECONNRESET', 'UND_ERR_SOCKET', 'ETIMEDOUT'].map((code) => [lost(code), 'unknown'] as const),
    [lost(), 'unknown'] as const,
    [new ConnectionError('not_baton', 'http://x', 'html'), null] as const,
  ])('of %j is %s', (failure, effect) => expect(effectOf(failure)).toBe(effect));
});

describe('the pause before a retry', () => {
  it('never comes for what does not pass', () => {
    fc.assert(
      fc.property(attemptWith(finalFailure), (attempt) => {
        expect(pauseBeforeRetry(attempt)).toBeNull();
      }),
    );
  });

  it('comes while retries are left, unless repeating might do more than once', () => {
    fc.assert(
      fc.property(attemptWith(passingFailure), (attempt) => {
        const { failure, failures, maxRetries, repeatable } = attempt;
        const isSafe = repeatable || effectOf(failure) === 'none';
        expect(pauseBeforeRetry(attempt) !== null).toBe(isSafe && failures <= maxRetries);
      }),
    );
  });

  it('is at least half the backoff and the wish, at most all of it or the wish and a little', () => {
    fc.assert(
      fc.property(attemptWith(passingFailure), (given) => {
        const attempt = { ...given, repeatable: true, maxRetries: given.failures };
        const pause = pauseBeforeRetry(attempt);
        const { longest } = attempt.backoff;
        const first = Math.min(attempt.backoff.first, longest);
        const whole = first === 0 ? 0 : Math.min(first * 2 ** (attempt.failures - 1), longest);
        const asked = attempt.failure instanceof BatonError ? (attempt.failure.retryAfterMs ?? 0) : 0;
        const heard = Math.min(asked, LONGEST_RETRY_AFTER);
        expect(pause).toBeGreaterThanOrEqual(Math.max(whole / 2, heard));
        expect(pause).toBeLessThanOrEqual(Math.max(whole, heard + first));
      }),
    );
  });

  it('spreads clients of the same wish', () => {
    const attempt = { failure: refused(429, 3_000), failures: 1, maxRetries: 1, repeatable: false };
    const pauses = [0, 0.25, 0.75].map((chance) =>
      pauseBeforeRetry({ ...attempt, backoff: { first: 400, longest: 8_000 }, random: chance }),
    );
    expect(pauses).toEqual([3_000, 3_100, 3_300]);
  });
});
