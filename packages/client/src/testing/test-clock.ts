import type { Clock } from '../clock.ts';

export interface TestClock extends Clock {
  /** Every pause so far, in ms. */
  readonly pauses: readonly number[];
  /** Called in place of waiting. */
  onPause: (ms: number) => void;
}

/** Pauses take no time and move `now` on; chance gives the same each time. */
export function testClock(begin: number, random = 0): TestClock {
  const pauses: number[] = [];
  let now = begin;
  const clock: TestClock = {
    pauses,
    onPause: () => undefined,
    now: () => now,
    random: () => random,
    async pause(ms, signal) {
      signal?.throwIfAborted();
      pauses.push(ms);
      now += ms;
      clock.onPause(ms);
      await Promise.resolve();
      signal?.throwIfAborted();
    },
  };
  return clock;
}
