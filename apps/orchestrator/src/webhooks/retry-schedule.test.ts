import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextAttemptIn } from './retry-schedule.ts';

const HOUR = 3_600_000;
const MIDDLE = 0.5;

function scheduleOf(random: number): number[] {
  const delays: number[] = [];
  let elapsedMs = 0;
  for (let attempt = 1; ; attempt += 1) {
    const delay = nextAttemptIn({ attempt, elapsedMs, retryAfterMs: null }, random);
    if (delay === null) return delays;
    delays.push(delay);
    elapsedMs += delay;
  }
}

describe('the schedule of attempts', () => {
  it('begins with seconds, goes on in hours, and ends a day after the first', () => {
    const delays = scheduleOf(MIDDLE);
    expect(delays.slice(0, 4)).toEqual([5_000, 15_000, 45_000, 135_000]);
    expect(Math.max(...delays)).toBe(6 * HOUR);
    expect(delays.reduce((sum, delay) => sum + delay, 0)).toBe(24 * HOUR);
    expect(delays.length).toBeLessThan(20);
  });

  it('is spread', () => {
    expect(nextAttemptIn({ attempt: 1, elapsedMs: 0, retryAfterMs: null }, 0)).toBe(4_000);
    expect(nextAttemptIn({ attempt: 1, elapsedMs: 0, retryAfterMs: null }, 0.999)).toBeGreaterThan(5_900);
  });

  it('waits as long as the receiver asks, within bounds, and never shorter than planned', () => {
    const asked = (retryAfterMs: number): number | null =>
      nextAttemptIn({ attempt: 1, elapsedMs: 0, retryAfterMs }, MIDDLE);
    expect([0, 60_000, 1_000 * HOUR].map(asked)).toEqual([5_000, 60_000, 6 * HOUR]);
  });

  it('never goes beyond the day, whatever happens', () => {
    const failed = fc.record({
      attempt: fc.integer({ min: 1, max: 1_000 }),
      elapsedMs: fc.integer({ min: 0, max: 48 * HOUR }),
      retryAfterMs: fc.option(fc.integer({ min: 0, max: 1_000 * HOUR })),
    });
    fc.assert(
      fc.property(failed, fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        const delay = nextAttemptIn(attempt, random);
        if (attempt.elapsedMs >= 24 * HOUR) return delay === null;
        return delay !== null && delay > 0 && attempt.elapsedMs + delay <= 24 * HOUR;
      }),
    );
  });
});
