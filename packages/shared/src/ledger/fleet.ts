import { z } from 'zod';
import { workerTypeSchema, type WorkerType } from '@baton/plan/worker-type';
import { MOST_ANALYTICS_DAYS } from '../contract/analytics.ts';
import type { Ledger } from './ledger.ts';

/** A worker process gives a sign of life this often, in ms. */
export const HEARTBEAT = 5_000;
/** Without one for this long it counts as gone, in ms. */
const GONE_AFTER = 3 * HEARTBEAT;

const workerProcessSchema = z.object({
  /** Slots per worker type. */
  slots: z.record(z.string(), z.int()),
  /** ms since the epoch. */
  seenAt: z.number(),
});

/** ms since the epoch, by the one clock that all hosts share. */
async function redisNow(ledger: Ledger): Promise<number> {
  const [seconds = 0, microseconds = 0] = await ledger.redis.time();
  return seconds * 1_000 + Math.floor(microseconds / 1_000);
}

/** Makes worker types known to planners, for good: a type scaled to nothing is still one to plan for. */
export async function announceWorkerTypes(ledger: Ledger, types: readonly WorkerType[]): Promise<void> {
  const entries = types.flatMap(({ type, description, bestFor, notFor, tier }) => [
    type,
    JSON.stringify({ type, description, bestFor, notFor, tier } satisfies WorkerType),
  ]);
  if (entries.length > 0) await ledger.redis.hset(ledger.keyspace.workerTypes, ...entries);
}

export async function announcedWorkerTypes(ledger: Ledger): Promise<WorkerType[]> {
  const types = await ledger.redis.hvals(ledger.keyspace.workerTypes);
  return types.flatMap((json) => {
    // Another release may describe a type in another way; one such entry is not to hide the others.
    const parsed = workerTypeSchema.safeParse(JSON.parse(json));
    return parsed.success ? [parsed.data] : [];
  });
}

/** What the slots of a worker type of one process have done since its last sign of life, in ms. */
export interface SlotTime {
  readonly workerType: string;
  /** Of all slots together. */
  readonly slotMs: number;
  /** Of those with a task in them. */
  readonly busyMs: number;
}

/** ms that the slot time of an hour is kept. */
const SLOT_TIME_KEPT = (MOST_ANALYTICS_DAYS + 1) * 86_400_000;

/** @param times added up over the fleet, by worker type and hour; none of a process whose slots are not told. */
export async function signOfLife(
  ledger: Ledger,
  workerId: string,
  slots: Readonly<Record<string, number>>,
  times: readonly SlotTime[] = [],
): Promise<void> {
  const { workers, slotTime } = ledger.keyspace;
  const counted = times.flatMap(({ workerType, slotMs, busyMs }) => [
    workerType,
    Math.round(slotMs),
    Math.round(busyMs),
  ]);
  const args = [workerId, JSON.stringify(slots), SLOT_TIME_KEPT, ...counted];
  await ledger.run('signOfLife', [workers, slotTime], args);
}

export async function signOff(ledger: Ledger, workerId: string): Promise<void> {
  await ledger.redis.hdel(ledger.keyspace.workers, workerId);
}

export interface Capacity {
  /** Worker processes that take this type. */
  readonly workers: number;
  /** Tasks of this type that can run at once. */
  readonly slots: number;
}

/** Live capacity per worker type; processes that are gone are forgotten here. */
export async function capacity(ledger: Ledger): Promise<Map<string, Capacity>> {
  const now = await redisNow(ledger);
  const byType = new Map<string, Capacity>();
  for (const [workerId, json] of Object.entries(await ledger.redis.hgetall(ledger.keyspace.workers))) {
    const { slots, seenAt } = workerProcessSchema.parse(JSON.parse(json));
    if (seenAt < now - GONE_AFTER) {
      await signOff(ledger, workerId);
      continue;
    }
    for (const [type, count] of Object.entries(slots)) {
      const known = byType.get(type) ?? { workers: 0, slots: 0 };
      byType.set(type, { workers: known.workers + 1, slots: known.slots + count });
    }
  }
  return byType;
}
