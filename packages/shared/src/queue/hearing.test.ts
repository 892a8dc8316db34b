import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { watchHearing } from './hearing.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open() {
  const state = { connected: true, free: true };
  const hearing = watchHearing({
    isConnected: () => state.connected,
    hasFreeSlot: () => state.free,
    every: 1_000,
    deafAfter: 30_000,
  });
  onTestFinished(() => hearing.close());
  return { state, hearing };
}

describe('a worker', () => {
  it('is deaf when it has not asked for long, and not a moment before', () => {
    const { hearing } = open();
    vi.advanceTimersByTime(29_999);
    expect(hearing.isDeaf()).toBe(false);
    vi.advanceTimersByTime(1);
    expect(hearing.isDeaf()).toBe(true);
    hearing.heard();
    expect(hearing.isDeaf()).toBe(false);
  });

  it('that asks now and then hears well', () => {
    const { hearing } = open();
    for (let times = 0; times < 20; times += 1) {
      vi.advanceTimersByTime(29_000);
      hearing.heard();
      expect(hearing.isDeaf()).toBe(false);
    }
  });

  it.each(['connected', 'free'] as const)('is not deaf while it is not %s, nor at once after', (fact) => {
    const { state, hearing } = open();
    vi.advanceTimersByTime(29_000);
    state[fact] = false;
    vi.advanceTimersByTime(3_600_000);
    expect(hearing.isDeaf()).toBe(false);
    state[fact] = true;
    vi.advanceTimersByTime(29_000);
    expect(hearing.isDeaf()).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(hearing.isDeaf()).toBe(true);
  });

  it('is not deaf for having been stopped: its timer fires once when it wakes', () => {
    const { hearing } = open();
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersToNextTimer();
    expect(hearing.isDeaf()).toBe(false);
  });
});
