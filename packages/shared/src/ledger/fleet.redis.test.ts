import { describe, expect, it } from 'vitest';
import {
  announcedWorkerTypes,
  announceWorkerTypes,
  capacity,
  HEARTBEAT,
  signOff,
  signOfLife,
} from './fleet.ts';
import { openTestLedger } from './testing/test-ledger.ts';

describe('the fleet', () => {
  it('adds up the live processes per worker type and forgets those that went silent', async () => {
    const { ledger, redis } = openTestLedger();
    const now = 1_000_000;
    await signOfLife(ledger, 'a', { writer: 8, coder: 2 }, now);
    await signOfLife(ledger, 'b', { writer: 4 }, now);
    await signOfLife(ledger, 'silent', { writer: 100 }, now - 4 * HEARTBEAT);
    expect(Object.fromEntries(await capacity(ledger, now))).toEqual({
      writer: { workers: 2, slots: 12 },
      coder: { workers: 1, slots: 2 },
    });
    expect(await redis.hkeys(ledger.keyspace.workers)).not.toContain('silent');
    await signOff(ledger, 'a');
    expect((await capacity(ledger, now)).has('coder')).toBe(false);
  });

  it('remembers announced types after their workers have gone', async () => {
    const { ledger } = openTestLedger();
    const type = { type: 'geocoder', description: 'd', bestFor: 'b', notFor: 'n', tier: 'fast' as const };
    await announceWorkerTypes(ledger, []);
    const runnable = { ...type, run: () => 'text' };
    await announceWorkerTypes(ledger, [runnable]);
    expect(await announcedWorkerTypes(ledger)).toEqual([type]);
  });
});
