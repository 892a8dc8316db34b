import { describe, expect, it } from 'vitest';
import { moment, T0 } from '../../testing/sample-goal.ts';
import { goalSummary, usageReport } from '../../testing/sample-snapshot.ts';
import { endedLately, spendRate } from './rates.ts';

const SECOND = 1_000;
const at = T0 + 100 * SECOND;

describe('goals that ended lately', () => {
  it('are those of the last minute', () => {
    const newest = [
      goalSummary('goal_3'),
      goalSummary('goal_2', { status: 'expired', finishedAt: moment(99) }),
      goalSummary('goal_1', { status: 'succeeded', finishedAt: moment(41) }),
      goalSummary('goal_0', { status: 'succeeded', finishedAt: moment(39) }),
    ];
    expect(endedLately({ newest, at })).toEqual({ perMinute: 2, failed: 1, isLeast: false });
    const page = Array.from({ length: 100 }, (_, number) =>
      goalSummary(`goal_${number}`, { finishedAt: moment(99) }),
    );
    expect(endedLately({ newest: page, at })).toMatchObject({ perMinute: 100, isLeast: true });
    expect(endedLately({ newest: [], at })).toMatchObject({ perMinute: 0, isLeast: false });
  });
});

describe('the rate of spending', () => {
  it('is not known before some seconds have passed, then counts the last ten minutes', () => {
    const rate = spendRate();
    expect(rate.note({ at: T0, usage: usageReport(1) })).toBeNull();
    expect(rate.note({ at: T0 + 4 * SECOND, usage: usageReport(1) })).toBeNull();
    expect(rate.note({ at: T0 + 36 * SECOND, usage: usageReport(1.01) })).toBeCloseTo(1);
    expect(rate.note({ at: T0 + 3_600 * SECOND, usage: usageReport(5) })).toBeNull();
    expect(rate.note({ at: T0 + 3_636 * SECOND, usage: usageReport(5) })).toBe(0);
  });

  it('begins anew with a new day, and says nothing of unknown prices', () => {
    const rate = spendRate();
    rate.note({ at: T0, usage: usageReport(9) });
    const next = { to: '2026-07-02' };
    expect(rate.note({ at: T0 + 10 * SECOND, usage: usageReport(0, next) })).toBeNull();
    expect(rate.note({ at: T0 + 46 * SECOND, usage: usageReport(0.02, next) })).toBeCloseTo(2);
    expect(rate.note({ at: T0 + 50 * SECOND, usage: usageReport(null, next) })).toBeNull();
    expect(rate.note({ at: T0 + 90 * SECOND, usage: usageReport(1, next) })).toBeNull();
  });
});
