/**
 * What a process that drains does with its calls.
 *
 * 1. A call that was sent is waited for, and its answer kept: a drain takes as long as the longest call, not the longest task.
 * 2. No call is begun and none is sent, for the first time or again: its job is put back, and another process goes on from the journal.
 * 3. A call that waits, for a limit, for the same call elsewhere or to be sent again, waits no longer.
 */
import type { Coordination } from './coordination.ts';
import type { Governor } from './governor.ts';
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

/** @param wait rejects when its signal is aborted. */
async function untilDraining<T>(
  signal: AbortSignal,
  draining: AbortSignal,
  wait: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const waking = new AbortController();
  const wake = (): void => waking.abort();
  const signals = [signal, draining];
  for (const one of signals) one.addEventListener('abort', wake);
  if (signals.some(({ aborted }) => aborted)) wake();
  try {
    return await wait(waking.signal);
  } catch (error) {
    if (draining.aborted && !signal.aborted) throw putBack();
    throw error;
  } finally {
    for (const one of signals) one.removeEventListener('abort', wake);
  }
}

/** The wait before a call is sent again ends when the process begins to stop. */
export function sleepUnlessDraining(
  sleep: RetryOptions['sleep'],
  draining: AbortSignal,
): RetryOptions['sleep'] {
  return (ms, signal) => untilDraining(signal, draining, (either) => sleep(ms, either));
}

function governorUnlessDraining(governor: Governor, draining: AbortSignal): Governor {
  return {
    async admit(call, signal) {
      if (draining.aborted) throw putBack();
      const admission = await untilDraining(signal, draining, (either) => governor.admit(call, either));
      if (!draining.aborted) return admission;
      await admission.settle({ kind: 'unsent' });
      throw putBack();
    },
  };
}

/** Lets no call pass once the process begins to stop, and none wait for another. */
export function coordinationUnlessDraining(fleet: Coordination, draining: AbortSignal): Coordination {
  const { governor, firsts } = fleet;
  return {
    ...fleet,
    governor: governorUnlessDraining(governor, draining),
    firsts: {
      ask: async (what, terms) => {
        if (draining.aborted) throw putBack();
        return firsts.ask(what, terms);
      },
    },
  };
}
