/**
 * Replies that stay open, such as streams of events and waits for a goal's end: so many per API key and process.
 *
 * Invariants:
 * 1. A place is taken once per hold and freed once, at the latest when its response closes, in whatever way.
 * 2. A response that had closed before it was held takes no place.
 */
import type { RequestHandler, Response } from 'express';
import { callerOf, type Caller } from './authenticate.ts';
import { ProblemError } from './problem.ts';

/** Seconds after which a refused caller is told to try again. */
const RETRY_AFTER = 5;

export interface OpenStreams {
  /** Frees the place when called, the first time; null when the caller's key has `max` open. */
  take(caller: Pick<Caller, 'keyId'>): (() => void) | null;
}

/** @param told how many are open in this process; must not throw. */
export function openStreams(max: number, told: (open: number) => void = () => undefined): OpenStreams {
  let all = 0;
  const open = new Map<string, number>();
  return {
    take({ keyId }) {
      const taken = open.get(keyId) ?? 0;
      if (taken >= max) return null;
      open.set(keyId, taken + 1);
      told((all += 1));
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        told((all -= 1));
        const left = (open.get(keyId) ?? 1) - 1;
        if (left > 0) open.set(keyId, left);
        else open.delete(keyId);
      };
    },
  };
}

/** For routes below: {@link holdStream} counts in `streams`. */
export function countStreams(streams: OpenStreams): RequestHandler {
  return (_request, response, next) => {
    response.locals['streams'] = streams;
    next();
  };
}

/** When this reply began to wait for what others do (`performance.now()`), or null for one that never did. */
export function heldSince(response: Response): number | null {
  return (response.locals['heldAt'] as number | undefined) ?? null;
}

/**
 * Counts this reply as one that stays open, until it closes or the function returned is called. Throws
 * `too_many_streams` when its key has too many. Call it before anything of the reply is written.
 */
export function holdStream(response: Response): () => void {
  const streams = response.locals['streams'] as OpenStreams | undefined;
  if (!streams || response.closed) return () => undefined;
  const release = streams.take(callerOf(response));
  if (release) {
    response.locals['heldAt'] ??= performance.now();
    response.once('close', release);
    return release;
  }
  response.setHeader('retry-after', String(RETRY_AFTER));
  throw new ProblemError(
    'too_many_streams',
    'This key has as many streams and waits open here as it may: end one first.',
  );
}
