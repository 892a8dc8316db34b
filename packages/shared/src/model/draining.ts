/**
 * What a process that drains does with its calls.
 *
 * 1. A call that was sent is waited for, and its answer kept: a drain takes as long as the longest call, not the longest task.
 * 2. No call is begun and none is sent again: its job is put back, and another process goes on from the journal.
 */
import type { StepCaller } from './journaled-llm.ts';
import { LaterError } from './llm.ts';
import type { RetryOptions } from './retrying-llm.ts';

/** Of a process that never drains. */
export const neverDraining: AbortSignal = new AbortController().signal;

function putBack(): LaterError {
  return new LaterError('This process stops: another one goes on from here.', 0);
}

/** @param draining aborted when the process begins to stop. */
export function unlessDraining(caller: StepCaller, draining: AbortSignal): StepCaller {
  return {
    async call(request, options) {
      if (draining.aborted) throw putBack();
      return caller.call(request, options);
    },
  };
}

/** The same for the wait before a call is sent again: it ends when the process begins to stop. */
export function sleepUnlessDraining(
  sleep: RetryOptions['sleep'],
  draining: AbortSignal,
): RetryOptions['sleep'] {
  return async (ms, signal) => {
    const waking = new AbortController();
    const wake = (): void => waking.abort();
    const signals = [signal, draining];
    for (const one of signals) one.addEventListener('abort', wake);
    if (signals.some(({ aborted }) => aborted)) wake();
    try {
      await sleep(ms, waking.signal);
    } catch (error) {
      if (draining.aborted && !signal.aborted) throw putBack();
      throw error;
    } finally {
      for (const one of signals) one.removeEventListener('abort', wake);
    }
  };
}
