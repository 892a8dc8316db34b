import { cancelledError } from './classify-error.ts';

/**
 * By the global timer, which tests can move, as they can't that of `node:timers/promises`.
 * @throws ModelError `cancelled` when the signal is aborted.
 */
export async function sleepUnlessCancelled(ms: number, signal: AbortSignal): Promise<void> {
  let wake = (): void => undefined;
  const slept = new Promise<void>((resolve) => (wake = resolve));
  const timer = setTimeout(wake, ms);
  signal.addEventListener('abort', wake, { once: true });
  if (!signal.aborted) await slept;
  clearTimeout(timer);
  signal.removeEventListener('abort', wake);
  if (signal.aborted) throw cancelledError({ requestId: null }, signal.reason);
}
