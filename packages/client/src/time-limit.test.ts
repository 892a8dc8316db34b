import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { TimeLimitError, within } from './time-limit.ts';

function fakeTimers(): void {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
}

describe('within', () => {
  it('resolves as the attempt does, and lets go of the signal and the timer', async () => {
    fakeTimers();
    const ending = new AbortController();
    let seen: AbortSignal | null = null;
    const result = await within(1_000, ending.signal, (signal) => {
      seen = signal;
      return Promise.resolve(7);
    });
    expect([result, vi.getTimerCount()]).toEqual([7, 0]);
    ending.abort();
    expect(seen).toMatchObject({ aborted: false });
  });

  it('ends an attempt that takes too long, and one that does not listen', async () => {
    fakeTimers();
    const attempt = vi.fn<(signal: AbortSignal) => Promise<never>>(() => new Promise(() => undefined));
    const running = expect(within(1_500, undefined, attempt)).rejects.toThrow(
      'it did not answer within 1.5 s',
    );
    await vi.advanceTimersByTimeAsync(1_499);
    expect(attempt.mock.calls[0]?.[0].aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await running;
    expect(attempt.mock.calls[0]?.[0].reason).toBeInstanceOf(TimeLimitError);
  });

  it('rejects with the reason of an abort at once, whatever the attempt makes of it', async () => {
    fakeTimers();
    const ending = new AbortController();
    const running = within(1_000, ending.signal, () => new Promise<never>(() => undefined));
    const reason = new Error('enough');
    ending.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('begins nothing when it is aborted before', async () => {
    const attempt = vi.fn(() => Promise.resolve(1));
    await expect(within(1_000, AbortSignal.abort('no'), attempt)).rejects.toBe('no');
    expect(attempt).not.toHaveBeenCalled();
  });

  it('takes no limit at all for one', async () => {
    fakeTimers();
    const running = within(Number.POSITIVE_INFINITY, undefined, () => Promise.resolve(1));
    expect(vi.getTimerCount()).toBe(0);
    expect(await running).toBe(1);
  });
});
