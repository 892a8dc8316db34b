import { setTimeout as sleep } from 'node:timers/promises';
import { cancelledError } from './classify-error.ts';
import type { FirstOfKind, Standing, Terms } from './first-of-kind.ts';

/** ms between two questions; each wait is half as long again as the one before. */
const SHORTEST_WAIT = 50;
const LONGEST_WAIT = 400;

export interface Patience extends Terms {
  /** ms to wait for another that is under way, and for an answer to the question itself. */
  readonly mostMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks until it is the first, or it is done; still `under_way` when the time is up.
 * @throws ModelError `cancelled` when the signal is aborted; what `ask` rejects with.
 */
export async function awaitTurn(
  firsts: FirstOfKind,
  what: string,
  { mostMs, signal, ...terms }: Patience,
): Promise<Standing> {
  const timeUp = AbortSignal.timeout(mostMs);
  const over = AbortSignal.any([signal, timeUp]);
  try {
    for (let waitMs = SHORTEST_WAIT; ; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT)) {
      over.throwIfAborted();
      const standing = await unlessOver(firsts.ask(what, terms), over);
      if (standing.kind !== 'under_way') return standing;
      await sleep(waitMs, undefined, { signal: over });
    }
  } catch (error) {
    if (signal.aborted) throw cancelledError({ requestId: null }, error);
    if (timeUp.aborted) return { kind: 'under_way' };
    throw error;
  }
}

/** A claim that comes too late is given back. */
async function unlessOver(asked: Promise<Standing>, over: AbortSignal): Promise<Standing> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(over.reason as Error);
    over.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([aborted, asked]);
  } catch (error) {
    asked.then((late) => (late.kind === 'first' ? late.claim.giveUp() : undefined)).catch(() => undefined);
    throw error;
  } finally {
    over.removeEventListener('abort', stop);
  }
}
