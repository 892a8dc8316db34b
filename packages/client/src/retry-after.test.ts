import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replyTime, retryAfterMs } from './retry-after.ts';

const NOON = Date.parse('2026-07-01T12:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 120 ', 120_000],
    ['Wed, 01 Jul 2026 12:00:30 GMT', 30_000],
    ['Wednesday, 01-Jul-26 12:01:00 GMT', 60_000],
    ['Wed, 01 Jul 2026 11:59:00 GMT', 0],
  ])('"%s" means %d ms', (header, ms) => expect(retryAfterMs(header, NOON)).toBe(ms));

  it.each([null, '', 'soon', '-5', '1.5', '1e3', '+3', '99999999999', '2026-07-01', 'Wed, nonsense GMT'])(
    '"%s" says nothing',
    (header) => expect(retryAfterMs(header, NOON)).toBeNull(),
  );

  it('of any time is how far it lies ahead', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), (seconds) => {
        const header = new Date(NOON + seconds * 1_000).toUTCString();
        expect(retryAfterMs(header, NOON)).toBe(Math.max(0, seconds * 1_000));
      }),
    );
  });

  it('is never anything but null or a finite time ahead', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const ms = retryAfterMs(header, NOON);
        expect(ms === null || (Number.isFinite(ms) && ms >= 0)).toBe(true);
      }),
    );
  });
});

describe('the time of a reply', () => {
  it.each([
    [{ date: 'Wed, 01 Jul 2026 12:00:00 GMT' }, NOON],
    [{ date: 'today' }, null],
    [{}, null],
  ])('with %j is %s', (headers, time) => {
    expect(replyTime(new Response(null, { headers: headers as Record<string, string> }))).toBe(time);
  });
});
