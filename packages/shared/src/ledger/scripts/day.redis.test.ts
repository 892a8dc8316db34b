import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openTestLedger } from '../testing/test-ledger.ts';
import { day } from './day.ts';

it('names the day of any time as JavaScript does', async () => {
  const { redis } = openTestLedger();
  const dayOf = (at: number) => redis.eval(`${day} return dayOf(ARGV[1])`, 0, at);
  const time = fc.integer({ min: 0, max: Date.UTC(2400, 0, 1) });
  await fc.assert(
    fc.asyncProperty(time, async (at) => {
      expect(await dayOf(at)).toBe(new Date(at).toISOString().slice(0, 10));
    }),
    { numRuns: 300 },
  );
  for (const edge of ['2024-02-29', '2026-12-31', '2027-01-01', '2000-03-01', '2100-02-28']) {
    expect(await dayOf(Date.parse(edge))).toBe(edge);
    expect(await dayOf(Date.parse(edge) + 86_399_999)).toBe(edge);
  }
});
