/**
 * One BullMQ worker with Baton's rules.
 *
 * Invariants:
 * 1. A job's signal aborts when its goal has ended or moved on from its rev to another plan, its lock is lost or may have
 *    expired, or the process must go. What the processor throws after its goal has ended or moved on is no failure, but for
 *    `Unfinished`.
 * 2. A job that is put back, for later, because the process must go or because its lock was in doubt, costs none of its
 *    attempts. Whoever has taken it meanwhile keeps it.
 * 3. A job that a dead process held runs again, however often that happens: counting deaths is the processor's business.
 */
import { setMaxListeners } from 'node:events';
import { DelayedError, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { EndedGoals } from '../ledger/ended-goals.ts';
import { LaterError } from '../model/llm.ts';
import type { Logger } from '../telemetry/logger.ts';
import { AskingWorker } from './asking-worker.ts';
import { watchHearing, type HearingOptions } from './hearing.ts';
import { openLockWatch, watchRenewals } from './lock-watch.ts';
import { inJobSpan } from './traced-job.ts';

/** Why a job's signal was aborted; `goal_ended` stands for its rev, too. */
export type AbortCause = 'goal_ended' | 'lock_lost' | 'shutdown';

export class JobAborted extends Error {
  override readonly name = 'JobAborted';
  override readonly cause: AbortCause;

  constructor(cause: AbortCause) {
    super(`The job was aborted: ${cause}.`);
    this.cause = cause;
  }
}

/** What a job waits for has not come yet: it is to run again in `delayMs`, or when somebody promotes it. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  readonly delayMs: number;
  /** This run did nothing but look: its trace need not show it. */
  readonly onlyLooked: boolean;

  constructor(delayMs: number, { onlyLooked = false } = {}) {
    super(`Not yet: to be looked at again in ${delayMs} ms.`);
    this.delayMs = delayMs;
    this.onlyLooked = onlyLooked;
  }
}

/** The job has begun what its next run must finish, even where its goal has moved on meanwhile: it is to run again in `delayMs`. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
  readonly delayMs: number;

  constructor(delayMs: number, options: ErrorOptions) {
    super(`Not finished: to be run again in ${delayMs} ms.`, options);
    this.delayMs = delayMs;
  }
}

export interface JobWorkerSettings {
  /** ms. */
  readonly lockDuration: number;
  /** ms. */
  readonly stalledInterval: number;
}

export interface JobContext {
  readonly job: Job;
  readonly signal: AbortSignal;
}

export interface JobWorkerOptions<Data> {
  readonly queue: string;
  readonly prefix: string;
  /** Waits through outages; the worker makes a blocking one of its own from it. */
  readonly connection: Redis;
  readonly concurrency: number;
  readonly settings: JobWorkerSettings;
  readonly endedGoals: EndedGoals;
  readonly parse: (data: unknown) => Data;
  readonly process: (data: Data, context: JobContext) => Promise<unknown>;
  readonly onError: (error: Error) => void;
  readonly logger: Logger;
  readonly onStalled?: () => void;
  readonly hearing?: Pick<HearingOptions, 'every' | 'deafAfter'>;
}

export interface JobWorker {
  readonly queue: string;
  isRunning(): boolean;
  /** True when it has not asked its queue for jobs for long, though it could: no job reaches it any more. */
  isDeaf(): boolean;
  /** Takes no more jobs, gives the running ones `graceMs`, then puts them back. */
  close(graceMs: number): Promise<void>;
}

const NEVER_GIVE_UP = 1_000_000;

/** `rev`: of work that is over once the goal has moved on from it. */
export interface GoalWork {
  readonly goalId: string;
  readonly rev?: number;
}

export function startJobWorker<Data extends GoalWork>(options: JobWorkerOptions<Data>): JobWorker {
  const shutdown = new AbortController();
  setMaxListeners(0, shutdown.signal);
  let running = 0;
  const locks = openLockWatch(options.settings.lockDuration);

  async function run(
    job: Job,
    token: string | undefined,
    lockSignal: AbortSignal | undefined,
  ): Promise<unknown> {
    const data = options.parse(job.data);
    running += 1;
    const ended = options.endedGoals.watch(data.goalId, data.rev ?? null);
    const lock = locks.hold(job.id ?? '', token ?? '', Date.now() - (job.processedOn ?? Date.now()));
    const aborted = new AbortController();
    const over = new AbortController();
    const abortWith = (signal: AbortSignal | undefined, cause: AbortCause): void => {
      const abort = (): void => aborted.abort(new JobAborted(cause));
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true, signal: over.signal });
    };
    abortWith(ended.signal, 'goal_ended');
    abortWith(lockSignal, 'lock_lost');
    abortWith(lock.signal, 'lock_lost');
    abortWith(shutdown.signal, 'shutdown');
    try {
      if (lock.signal.aborted) throw new JobAborted('lock_lost');
      const { signal } = aborted;
      return await inJobSpan(job, data, signal, () => options.process(data, { job, signal }));
    } catch (error) {
      const cause = abortCause(aborted.signal) ?? (error instanceof JobAborted ? error.cause : null);
      if (error instanceof Unfinished)
        options.logger.warn({ queue: options.queue, jobId: job.id, err: error.cause }, 'not finished');
      else if (cause === 'goal_ended') return null;
      if (cause === 'lock_lost') options.logger.warn({ queue: options.queue, jobId: job.id }, 'lock lost');
      const delay =
        error instanceof LaterError || error instanceof NotYet || error instanceof Unfinished
          ? error.delayMs
          : cause === null
            ? null
            : 0;
      if (delay === null) throw error;
      const readyAt = Date.now() + delay;
      // For whoever measures the backlog: BullMQ forgets it once the job is due. Not worth failing for.
      if (delay > 0) await job.updateData({ ...job.data, readyAt }).catch(() => undefined);
      await job.moveToDelayed(readyAt, token);
      throw new DelayedError();
    } finally {
      running -= 1;
      over.abort();
      lock.release();
      ended.release();
    }
  }

  const worker = new AskingWorker(options.queue, (job, token, signal) => run(job, token, signal), {
    connection: options.connection,
    prefix: options.prefix,
    concurrency: options.concurrency,
    lockDuration: options.settings.lockDuration,
    stalledInterval: options.settings.stalledInterval,
    maxStalledCount: NEVER_GIVE_UP,
  });
  watchRenewals(worker, locks);
  const hearing = watchHearing({
    isConnected: () => options.connection.status === 'ready',
    hasFreeSlot: () => running < options.concurrency,
    ...options.hearing,
  });
  worker.onAnswer = hearing.heard;
  worker.on('error', options.onError);
  worker.on('failed', (job, error) => {
    const facts = { queue: options.queue, jobId: job?.id, err: error };
    const isLast = job !== undefined && job.attemptsMade >= (job.opts.attempts ?? 1);
    if (isLast)
      options.logger.error(
        facts,
        'job failed for good: the goal starts over without it when nothing else moves',
      );
    else options.logger.warn(facts, 'job failed: trying again');
  });
  worker.on('stalled', () => options.onStalled?.());
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) worker.cancelJob(jobId, 'lock lost');
  });

  let closing: Promise<void> | null = null;
  async function close(graceMs: number): Promise<void> {
    // It asks for nothing more.
    hearing.close();
    const timer = setTimeout(() => shutdown.abort(), graceMs);
    try {
      await worker.close();
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    queue: options.queue,
    isRunning: () => worker.isRunning(),
    isDeaf: () => hearing.isDeaf(),
    close: (graceMs) => (closing ??= close(graceMs)),
  };
}

function abortCause(signal: AbortSignal): AbortCause | null {
  const reason: unknown = signal.reason;
  return reason instanceof JobAborted ? reason.cause : null;
}
