/**
 * Whether a worker still hears its queue. A PING can't tell: it goes over another socket than the one on which the worker
 * waits for jobs. A job sent to itself can't either: any other process's worker would take it, and behind a backlog it
 * would wait for long at workers that hear well. What tells is that a worker with a free slot asks for jobs all the time,
 * at least every time that its blocking read times out.
 *
 * Invariants:
 * 1. Only silence counts that this process was awake for, with Redis connected and a slot free: a process that was stopped,
 *    cut off or busy is not deaf.
 * 2. Any answer ends the silence, an error too: being refused is not being deaf, and starting again would not help.
 */

/** ms between looks. */
const EVERY = 1_000;
/**
 * A worker that has not asked for so long, in ms, does not ask any more. A blocking read takes 10 s at most, a dead socket is
 * given up after 12 s, and BullMQ waits 5 s before it tries again.
 */
const DEAF_AFTER = 30_000;

export interface HearingOptions {
  readonly isConnected: () => boolean;
  readonly hasFreeSlot: () => boolean;
  /** ms. */
  readonly every?: number;
  /** ms. */
  readonly deafAfter?: number;
}

export interface Hearing {
  /** The worker has asked for a job and was answered, or has work to do. */
  heard(): void;
  isDeaf(): boolean;
  /** Nobody is deaf from now on. */
  close(): void;
}

export function watchHearing(options: HearingOptions): Hearing {
  const { isConnected, hasFreeSlot, every = EVERY, deafAfter = DEAF_AFTER } = options;
  let silence = 0;
  const looking = setInterval(() => {
    silence = isConnected() && hasFreeSlot() ? silence + every : 0;
  }, every);
  return {
    heard: () => (silence = 0),
    isDeaf: () => silence >= deafAfter,
    close() {
      clearInterval(looking);
      silence = 0;
    },
  };
}
