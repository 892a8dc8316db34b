import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLockWatch, watchRenewals, type LockWatch } from './lock-watch.ts';

const DURATION = 1_000;

function renew(watch: LockWatch, sentAt = watch.now()): void {
  watch.renewed('job', 'token', sentAt);
}

describe('a lock', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('is believed in for its duration, not a moment longer', () => {
    const { signal } = openLockWatch(DURATION).hold('job', 'token', 0);
    vi.advanceTimersByTime(DURATION - 1);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.aborted).toBe(true);
  });

  it('that was asked for a while ago has that much less left, and may have none', () => {
    const watch = openLockWatch(DURATION);
    const { signal } = watch.hold('job', 'token', 800);
    vi.advanceTimersByTime(200);
    expect(signal.aborted).toBe(true);
    expect(watch.hold('late', 'token', DURATION).signal.aborted).toBe(true);
    expect(watch.hold('clock was set back', 'token', -9_000).signal.aborted).toBe(false);
  });

  it('lives from the sending of its last renewal, however late the reply', () => {
    const watch = openLockWatch(DURATION);
    const { signal } = watch.hold('job', 'token', 0);
    vi.advanceTimersByTime(500);
    const sentAt = watch.now();
    vi.advanceTimersByTime(400);
    renew(watch, sentAt);
    vi.advanceTimersByTime(599);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.aborted).toBe(true);
  });

  it('is not shortened by replies out of order', () => {
    const watch = openLockWatch(DURATION);
    const { signal } = watch.hold('job', 'token', 0);
    vi.advanceTimersByTime(500);
    renew(watch, 500);
    renew(watch, 100);
    vi.advanceTimersByTime(999);
    expect(signal.aborted).toBe(false);
  });

  it('stays lost: a reply that comes too late does not bring it back', () => {
    const watch = openLockWatch(DURATION);
    const { signal } = watch.hold('job', 'token', 0);
    vi.advanceTimersByTime(DURATION);
    renew(watch);
    expect(signal.aborted).toBe(true);
  });

  it('is another one when the same job is held by another token', () => {
    const watch = openLockWatch(DURATION);
    const old = watch.hold('job', 'old', 0);
    vi.advanceTimersByTime(900);
    const young = watch.hold('job', 'token', 0);
    renew(watch);
    vi.advanceTimersByTime(100);
    expect(old.signal.aborted).toBe(true);
    old.release();
    vi.advanceTimersByTime(800);
    renew(watch);
    vi.advanceTimersByTime(900);
    expect(young.signal.aborted).toBe(false);
  });

  it('that is released leaves no timer and is not renewed', () => {
    const watch = openLockWatch(DURATION);
    const held = watch.hold('job', 'token', 0);
    held.release();
    expect(vi.getTimerCount()).toBe(0);
    renew(watch);
    vi.advanceTimersByTime(5 * DURATION);
    expect(held.signal.aborted).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a process that slept through the end of a lock', () => {
  it('is told in the first turn after it wakes, before a renewal that was answered meanwhile is heard', async () => {
    const watch = openLockWatch(50);
    const { signal } = watch.hold('job', 'token', 0);
    const sentAt = watch.now();
    const answered = turn().then(() => renew(watch, sentAt));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
    await answered;
    await turn();
    expect(signal.aborted).toBe(true);
  });
});

describe('renewals', () => {
  it('count from when they were sent, for the jobs that Redis confirmed', async () => {
    const seen: unknown[] = [];
    let clock = 7;
    const watch = {
      now: () => clock,
      renewed: (...facts: unknown[]) => seen.push(facts),
    } as unknown as LockWatch;
    const worker = {
      extendJobLocks: async () => {
        clock = 99;
        return ['gone'];
      },
    } as unknown as Worker;
    watchRenewals(worker, watch);
    expect(await worker.extendJobLocks(['kept', 'gone'], ['a', 'b'], DURATION)).toEqual(['gone']);
    expect(seen).toEqual([['kept', 'a', 7]]);
  });
});
