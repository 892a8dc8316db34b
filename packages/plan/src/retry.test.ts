import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BASE_DELAY_MS, decideRetry, MAX_ATTEMPTS, MAX_DELAY_MS, OUTAGE_REST_MS } from './retry.ts';

const retryable = (retryAfterMs: number | null = null) => ({ kind: 'retryable', retryAfterMs }) as const;
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test.each([
  [1, 250],
  [2, 500],
  [3, 1_000],
  [4, 2_000],
])('after call %i fails, half the jitter waits %i ms', (attempt, ms) => {
  expect(decideRetry({ attempt, error: retryable() }, () => 0.5)).toEqual({ kind: 'wait', ms });
});

test('the last attempt in process, a terminal error and a cancelled call end it', () => {
  expect(decideRetry({ attempt: MAX_ATTEMPTS, error: retryable() }, () => 0)).toEqual({
    kind: 'giveUp',
    reason: `${MAX_ATTEMPTS} calls have failed`,
  });
  expect(decideRetry({ attempt: 1, error: { kind: 'terminal' } }, () => 0).kind).toBe('giveUp');
  expect(decideRetry({ attempt: 1, error: { kind: 'cancelled' } }, () => 0).kind).toBe('giveUp');
});

test('a call is put off, never given up, for an outage that outlasts its attempts', () => {
  const error = { kind: 'retryable', retryAfterMs: null, isOutage: true } as const;
  const last = MAX_ATTEMPTS;
  expect(decideRetry({ attempt: last - 1, error }, () => 0)).toEqual({
    kind: 'wait',
    ms: 0,
  });
  expect(decideRetry({ attempt: last, error }, () => 0)).toEqual({
    kind: 'later',
    ms: OUTAGE_REST_MS,
  });
});

test('what was not sent is not held against a call', () => {
  const attempt = MAX_ATTEMPTS + 2;
  const decided = (unsent: number) => decideRetry({ attempt, unsent, error: retryable() }, () => 0).kind;
  expect(decided(3)).toBe('wait');
  expect(decided(2)).toBe('giveUp');
});

test('a wait of 20 s is sat out, a longer one is for the queue, even after the last attempt', () => {
  expect(decideRetry({ attempt: 1, error: retryable(20_000) }, () => 0.9)).toEqual({
    kind: 'wait',
    ms: 20_000,
  });
  expect(decideRetry({ attempt: 1, error: retryable(20_001) }, () => 0)).toEqual({
    kind: 'later',
    ms: 20_001,
  });
  expect(decideRetry({ attempt: 9, error: retryable(3_600_000) }, () => 0)).toEqual({
    kind: 'later',
    ms: 3_600_000,
  });
});

test('never earlier than the endpoint asked, never later than its word, the backoff and the cap allow', () => {
  const asked = fc.option(fc.integer({ min: -1_000, max: 100_000 }));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), asked, randoms, (attempt, retryAfterMs, random) => {
      const decision = decideRetry({ attempt, error: retryable(retryAfterMs) }, () => random);
      const least = Math.max(0, retryAfterMs ?? 0);
      const jitter = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (attempt - 1));
      if (decision.kind === 'giveUp') {
        expect(attempt).toBeGreaterThanOrEqual(MAX_ATTEMPTS);
        expect(least).toBeLessThanOrEqual(MAX_DELAY_MS);
        return;
      }
      expect(decision.kind).toBe(least > MAX_DELAY_MS ? 'later' : 'wait');
      expect(Number.isInteger(decision.ms)).toBe(true);
      expect(decision.ms).toBeGreaterThanOrEqual(least);
      expect(decision.ms).toBeLessThanOrEqual(least + jitter);
      if (decision.kind === 'wait') expect(decision.ms).toBeLessThanOrEqual(MAX_DELAY_MS);
    }),
  );
});

test('the jitter is full: it covers all from nothing to the whole backoff', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: MAX_ATTEMPTS - 1 }), randoms, (attempt, random) => {
      const decision = decideRetry({ attempt, error: retryable() }, () => random);
      const backoff = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (attempt - 1));
      expect(decision).toEqual({ kind: 'wait', ms: Math.ceil(random * backoff) });
    }),
  );
});
