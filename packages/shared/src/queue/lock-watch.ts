/**
 * How long this process may take the locks of its jobs for granted when nobody tells it: BullMQ asks Redis for renewals,
 * and says nothing while no answer comes.
 *
 * Invariants:
 * 1. A lock is believed in for its duration from the moment at which its last renewal that succeeded was *sent*. Redis can
 *    not have run it earlier, so this process never believes in a lock that has expired.
 * 2. Time is monotonic: a clock that is set changes nothing.
 * 3. Who slept through the end of a lock (SIGSTOP, a blocked event loop) is told as soon as timers run again, and a reply
 *    that comes after that does not take it back.
 * 4. A lock is known by job and token: two runs of one job in this process are two locks.
 */
import { setMaxListeners } from 'node:events';
import type { Worker } from 'bullmq';

export interface HeldLock {
  /** Aborts when the lock may have expired. */
  readonly signal: AbortSignal;
  release(): void;
}

export interface LockWatch {
  /** @param age ms since the lock was asked for, at most. */
  hold(jobId: string, token: string, age: number): HeldLock;
  /** @param sentAt when the renewal was sent, by {@link LockWatch.now}. */
  renewed(jobId: string, token: string, sentAt: number): void;
  /** ms, monotonic. */
  now(): number;
}

interface Hold {
  readonly controller: AbortController;
  heldUntil: number;
  timer: NodeJS.Timeout | undefined;
}

const idOf = (jobId: string, token: string): string => `${jobId} ${token}`;

export function openLockWatch(lockDuration: number): LockWatch {
  const holds = new Map<string, Hold>();
  const now = (): number => performance.now();

  function arm(hold: Hold): void {
    clearTimeout(hold.timer);
    hold.timer = setTimeout(() => check(hold), Math.max(0, hold.heldUntil - now()));
  }

  /** Timers may come a little early. */
  function check(hold: Hold): void {
    if (now() >= hold.heldUntil) hold.controller.abort();
    else arm(hold);
  }

  return {
    now,
    hold(jobId, token, age) {
      const controller = new AbortController();
      setMaxListeners(0, controller.signal);
      const hold: Hold = {
        controller,
        heldUntil: now() + lockDuration - Math.max(0, age),
        timer: undefined,
      };
      check(hold);
      const id = idOf(jobId, token);
      holds.set(id, hold);
      return {
        signal: controller.signal,
        release() {
          clearTimeout(hold.timer);
          if (holds.get(id) === hold) holds.delete(id);
        },
      };
    },
    renewed(jobId, token, sentAt) {
      const hold = holds.get(idOf(jobId, token));
      if (!hold || hold.controller.signal.aborted) return;
      hold.heldUntil = Math.max(hold.heldUntil, sentAt + lockDuration);
      check(hold);
    },
  };
}

/** Tells `watch` of every renewal that Redis confirms to this worker. */
export function watchRenewals(worker: Worker, watch: LockWatch): void {
  const extend = worker.extendJobLocks.bind(worker);
  worker.extendJobLocks = async (jobIds, tokens, duration) => {
    const sentAt = watch.now();
    const lost = await extend(jobIds, tokens, duration);
    for (const [place, jobId] of jobIds.entries()) {
      if (!lost.includes(jobId)) watch.renewed(jobId, tokens[place] ?? '', sentAt);
    }
    return lost;
  };
}
