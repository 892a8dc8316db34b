/** An attempt took longer than it may. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';

  constructor(limitMs: number) {
    super(`it did not answer within ${limitMs / 1_000} s`);
  }
}

/** A longer timer would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Runs `attempt` for `limitMs` at the most. Rejects at once, whatever the attempt makes of its own signal, with a
 * {@link TimeLimitError} or the reason of `signal`. Once it has settled neither ends what the attempt left open.
 */
export function within<Result>(
  limitMs: number,
  signal: AbortSignal | undefined,
  attempt: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const ending = new AbortController();
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const end = (reason: unknown): void => {
      settle();
      reject(reason);
      ending.abort(reason);
    };
    const onAbort = (): void => end(signal?.reason);
    const timer =
      limitMs <= LONGEST_TIMER ? setTimeout(() => end(new TimeLimitError(limitMs)), limitMs) : undefined;
    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    attempt(ending.signal).finally(settle).then(resolve, reject);
  });
}
