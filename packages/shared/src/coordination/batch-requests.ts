/**
 * Requests that wait for a batch, and the batches that hold them.
 *
 * 1. A request waits, or is in exactly one batch: each move is one script, and nothing is done for a batch that it has left.
 * 2. A batch is written down before it is sent, and stays until each of its requests has ended or waits again.
 * 3. Whoever delivers records the answer first: a request that has left has its answer or its failure in its goal's journal.
 */
import type { Redis } from 'ioredis';
import type { BatchAsked, BatchedCall, BatchFailure, BatchOutbox } from '../model/batch-outbox.ts';
import type { CallPurpose } from '../model/call-purpose.ts';
import type { Keyspace } from '../redis/keyspace.ts';
import { batchScripts } from './scripts/batches.ts';

type Name = keyof typeof batchScripts;
type Run = (script: Name, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

function runnerOn(redis: Redis): Run {
  for (const [name, definition] of Object.entries(batchScripts)) redis.defineCommand(name, definition);
  const commands = redis as unknown as Record<Name, (...args: unknown[]) => Promise<unknown>>;
  return (script, keys, args) => commands[script](...keys, ...args);
}

/** How long an endpoint that takes no batches is not asked again, in ms. */
const UNSUPPORTED_FOR = 3_600_000;

/** For the processes that make calls. */
export function batchOutbox(redis: Redis, keyspace: Keyspace): BatchOutbox {
  const run = runnerOn(redis);
  return Object.freeze({
    async ask({ customId, location, request }: BatchedCall, job: NonNullable<CallPurpose['job']>) {
      const { journal } = keyspace.of(location.goalId).goal(location.goalId);
      const [kind, failure = ''] = (await run(
        'askBatch',
        [keyspace.batchRequests, journal, keyspace.noBatches(request.model)],
        [customId, location.entry, JSON.stringify(job)],
      )) as [Exclude<BatchAsked['kind'], 'failed'> | 'failed', string?];
      return kind === 'failed' ? { kind, failure: JSON.parse(failure) as BatchFailure } : { kind };
    },
    async put(call: BatchedCall, job: NonNullable<CallPurpose['job']>) {
      const { goalId, entry } = call.location;
      await run(
        'putBatchRequest',
        [keyspace.batchRequests, keyspace.batchPending, keyspace.of(goalId).goal(goalId).journal],
        [call.customId, entry, JSON.stringify(call), JSON.stringify(job)],
      );
    },
  });
}

/** A batch from before it is sent. JSON. */
export interface OpenBatch {
  /** Baton's own. */
  readonly id: string;
  /** Any of its models: it leads to the endpoint. */
  readonly model: string;
  /** The process that sends it. */
  readonly sender: string;
  /** ms since the epoch, by the sender's clock. */
  readonly claimedAt: number;
  /** The endpoint's id; null until it is known. */
  readonly sentAs: string | null;
  readonly customIds: readonly string[];
  /** What each of them is called in the batch, in the same order. */
  readonly wireIds: readonly string[];
}

/** A request, and how often a batch has come back without an answer to it. */
export interface WaitingRequest extends BatchedCall {
  readonly tries: number;
}

/** For the one process that sends batches. */
export interface BatchRequests {
  /** Custom ids of what waits, the oldest first. */
  pending(most: number): Promise<string[]>;
  /** What is left of these: waiting, or in a batch. */
  read(customIds: readonly string[]): Promise<WaitingRequest[]>;
  open(): Promise<OpenBatch[]>;
  /** Resolves to the custom ids that were still waiting, which are in the batch now. */
  claim(batch: OpenBatch): Promise<string[]>;
  /** False when the batch was given up meanwhile. */
  note(batch: OpenBatch): Promise<boolean>;
  /** Gives the batch up; resolves to how many of its requests wait again. */
  release(batch: OpenBatch): Promise<number>;
  /** True when it was in that batch, and waits again now. */
  giveBack(batchId: string, customId: string): Promise<boolean>;
  /** Ends a request of that batch, or one in none, and has its job woken. True when it was there. */
  finish(batchId: string | null, call: BatchedCall, failure: BatchFailure | null): Promise<boolean>;
  /** Which of these are in that batch. */
  stillIn(batch: OpenBatch): Promise<string[]>;
  /** The endpoint of these models takes no batches. */
  markUnsupported(models: Iterable<string>): Promise<void>;
  jobsToWake(): Promise<NonNullable<CallPurpose['job']>[]>;
  woken(job: NonNullable<CallPurpose['job']>): Promise<void>;
  /** True for the one process that may send now; to be asked again before each look. @param ms that it stays so. */
  lead(who: string, ms: number): Promise<boolean>;
  /** Makes room for another process at once. */
  stepDown(who: string): Promise<void>;
}

/** Requests read in one round trip. */
const PAGE = 100;

export function openBatchRequests(redis: Redis, keyspace: Keyspace): BatchRequests {
  const run = runnerOn(redis);
  const { batchRequests: requests, batchPending: pending, batches, batchWakes: wakes } = keyspace;
  return Object.freeze({
    pending: (most: number) => redis.zrange(pending, '0', String(most - 1)),
    async read(customIds: readonly string[]) {
      const found: WaitingRequest[] = [];
      for (let at = 0; at < customIds.length; at += PAGE) {
        const page = customIds.slice(at, at + PAGE);
        const values = await redis.hmget(requests, ...page.flatMap((id) => [`request:${id}`, `tries:${id}`]));
        for (let index = 0; index < values.length; index += 2) {
          const call = values[index];
          const tries = Number(values[index + 1] ?? 0);
          if (typeof call === 'string') found.push({ ...(JSON.parse(call) as BatchedCall), tries });
        }
      }
      return found;
    },
    async open() {
      return Object.values(await redis.hgetall(batches)).map((batch) => JSON.parse(batch) as OpenBatch);
    },
    claim: async (batch: OpenBatch) =>
      (await run(
        'claimBatch',
        [requests, pending, batches],
        [batch.id, JSON.stringify(batch), ...batch.customIds],
      )) as string[],
    note: async (batch: OpenBatch) =>
      (await run('noteBatch', [batches], [batch.id, JSON.stringify(batch)])) === 1,
    release: async ({ id, customIds }: OpenBatch) =>
      Number(await run('releaseBatch', [requests, pending, batches], [id, ...customIds])),
    giveBack: async (batchId: string, customId: string) =>
      (await run('returnRequest', [requests, pending], [batchId, customId])) === 1,
    async finish(batchId: string | null, { customId, location }: BatchedCall, failure: BatchFailure | null) {
      const { goal, journal } = keyspace.of(location.goalId).goal(location.goalId);
      const reply = await run(
        'finishRequest',
        [requests, pending, wakes, goal, journal],
        [batchId ?? '', customId, location.entry, failure === null ? '' : JSON.stringify(failure)],
      );
      return reply === 1;
    },
    async stillIn({ id, customIds }: OpenBatch) {
      const held: string[] = [];
      for (let at = 0; at < customIds.length; at += PAGE) {
        const page = customIds.slice(at, at + PAGE);
        const owners = await redis.hmget(requests, ...page.map((customId) => `batch:${customId}`));
        held.push(...page.filter((_, index) => owners[index] === id));
      }
      return held;
    },
    async markUnsupported(models: Iterable<string>) {
      for (const model of new Set(models))
        await redis.set(keyspace.noBatches(model), '1', 'PX', UNSUPPORTED_FOR);
    },
    async jobsToWake() {
      return (await redis.smembers(wakes)).map((job) => JSON.parse(job) as NonNullable<CallPurpose['job']>);
    },
    woken: async (job: NonNullable<CallPurpose['job']>) =>
      void (await redis.srem(wakes, JSON.stringify(job))),
    async lead(who: string, ms: number) {
      if ((await redis.set(keyspace.batcher, who, 'PX', ms, 'NX')) === 'OK') return true;
      if ((await redis.get(keyspace.batcher)) !== who) return false;
      return (await redis.pexpire(keyspace.batcher, ms)) === 1;
    },
    async stepDown(who: string) {
      if ((await redis.get(keyspace.batcher)) === who) await redis.del(keyspace.batcher);
    },
  });
}
