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
    await signOfLife(ledger, 'a', { writer: 8, coder: 2 });
    await signOfLife(ledger, 'b', { writer: 4 });
    const [seconds = 0] = await redis.time();
    const seenAt = seconds * 1_000 - 4 * HEARTBEAT;
    await redis.hset(ledger.keyspace.workers, 'silent', JSON.stringify({ slots: { writer: 100 }, seenAt }));
    expect(Object.fromEntries(await capacity(ledger))).toEqual({
      writer: { workers: 2, slots: 12 },
      coder: { workers: 1, slots: 2 },
    });
    expect(await redis.hkeys(ledger.keyspace.workers)).not.toContain('silent');
    await signOff(ledger, 'a');
    expect((await capacity(ledger)).has('coder')).toBe(false);
  });

  it('remembers announced types after their workers have gone', async () => {
    const { ledger, redis } = openTestLedger();
    const type = { type: 'geocoder', description: 'd', bestFor: 'b', notFor: 'n', tier: 'fast' as const };
    await announceWorkerTypes(ledger, []);
    const runnable = { ...type, run: () => 'text' };
    await announceWorkerTypes(ledger, [runnable]);
    expect(await announcedWorkerTypes(ledger)).toEqual([type]);
    await redis.hset(ledger.keyspace.workerTypes, 'odd', '{"type":"odd","from":"another release"}');
    expect(await announcedWorkerTypes(ledger)).toEqual([type]);
  });
});
