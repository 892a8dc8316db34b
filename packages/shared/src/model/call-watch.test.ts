import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CallWatch } from './call-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const limits = { idleTimeoutMs: 100, timeoutMs: 1_000 };

function watchFor() {
  const caller = new AbortController();
  return { caller, watch: new CallWatch({ ...limits, signal: caller.signal }) };
}

test('silence ends the call, and bytes put that off', () => {
  const { watch } = watchFor();
  vi.advanceTimersByTime(99);
  watch.sawBytes();
  vi.advanceTimersByTime(99);
  expect(watch.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(watch.signal.aborted).toBe(true);
  expect(watch.reason).toBe('idle_timeout');
});

test('bytes do not put off the whole time', () => {
  const { watch } = watchFor();
  for (let elapsed = 0; elapsed < 1_000; elapsed += 50) {
    expect(watch.signal.aborted).toBe(false);
    watch.sawBytes();
    vi.advanceTimersByTime(50);
  }
  expect(watch.reason).toBe('timeout');
});

test('the first reason wins', () => {
  const { caller, watch } = watchFor();
  watch.end('response_too_large');
  caller.abort();
  vi.advanceTimersByTime(5_000);
  expect(watch.reason).toBe('response_too_large');
});

test('a caller who has cancelled already ends the call at once', () => {
  const watch = new CallWatch({ ...limits, signal: AbortSignal.abort() });
  expect(watch.reason).toBe('cancelled');
});

test('after the whole message only the connection is closed, without a reason', () => {
  const { caller, watch } = watchFor();
  watch.received();
  watch.sawBytes();
  watch.received();
  watch.end('timeout');
  caller.abort();
  expect(watch.signal.aborted).toBe(false);
  vi.advanceTimersByTime(5_000);
  expect(watch.signal.aborted).toBe(true);
  expect(watch.reason).toBeNull();
});

test.each([
  ['in mid-message', () => undefined],
  ['after the whole message', (watch: CallWatch) => watch.received()],
])(
  'a watch that is stopped %s leaves no timer and no listener, and late bytes start none',
  (_case, before) => {
    const { caller, watch } = watchFor();
    before(watch);
    watch.stop();
    watch.stop();
    watch.sawBytes();
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  },
);
