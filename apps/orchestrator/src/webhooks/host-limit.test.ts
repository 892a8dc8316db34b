import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limitPerHost } from './host-limit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the limit per host', () => {
  it('lets the next one in when a place is given back, first come, first served', async () => {
    const hosts = limitPerHost(2, 9, 1_000);
    const first = await hosts.take('a');
    const second = await hosts.take('a');
    const entered: string[] = [];
    const enter = async (name: string): Promise<boolean> => {
      const release = await hosts.take('a');
      if (release) entered.push(name);
      return release !== null;
    };
    const third = enter('third');
    const fourth = enter('fourth');
    await vi.advanceTimersByTimeAsync(900);
    expect(entered).toEqual([]);
    first?.();
    await vi.advanceTimersByTimeAsync(900);
    expect(entered).toEqual(['third']);
    second?.();
    expect(await Promise.all([third, fourth])).toEqual([true, true]);
  });

  it('sends everybody away once no place is given back, until one is', async () => {
    const hosts = limitPerHost(1, 9, 1_000);
    const release = await hosts.take('a');
    const waiting = [hosts.take('a'), hosts.take('a')];
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await Promise.all(waiting)).toEqual([null, null]);
    expect(await hosts.take('a')).toBeNull();
    release?.();
    const again = await hosts.take('a');
    expect(again).not.toBeNull();
    const next = hosts.take('a');
    again?.();
    expect(await next).not.toBeNull();
  });

  it('lets so many wait and no more', async () => {
    const hosts = limitPerHost(1, 2, 1_000);
    const release = await hosts.take('a');
    const waiting = [hosts.take('a'), hosts.take('a')];
    expect(await hosts.take('a')).toBeNull();
    release?.();
    expect(await waiting[0]).not.toBeNull();
  });

  it('lets nobody wait once it is closed', async () => {
    const hosts = limitPerHost(1, 9, 1_000);
    const release = await hosts.take('a');
    const waiting = hosts.take('a');
    hosts.close();
    expect(await waiting).toBeNull();
    expect(await hosts.take('a')).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
    release?.();
  });

  it('is for each host alone', async () => {
    const hosts = limitPerHost(1, 0, 1_000);
    expect(await hosts.take('a')).not.toBeNull();
    expect(await hosts.take('b')).not.toBeNull();
    expect(await hosts.take('a')).toBeNull();
  });

  it('hands out no more places than there are, however they come and go', async () => {
    const hosts = limitPerHost(3, 99, 1_000);
    let inside = 0;
    let most = 0;
    let served = 0;
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const release = await hosts.take('a');
        inside += 1;
        most = Math.max(most, inside);
        await Promise.resolve();
        inside -= 1;
        served += release === null ? 0 : 1;
        release?.();
      }),
    );
    expect([most, served]).toEqual([3, 50]);
  });
});
