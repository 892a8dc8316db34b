import { Queue } from 'bullmq';
import type { RedisConnection } from '../redis/connection.ts';

/** Entries that BullMQ keeps of a queue's event stream: Baton's own events are in the ledger. */
export const EVENTS_KEPT = 1_000;

/** Caps the event stream of a queue that this process only works on; it is the queue's own setting, in Redis. */
export async function capEvents(name: string, connection: RedisConnection, prefix: string): Promise<void> {
  const queue = new Queue(name, { connection, prefix, streams: { events: { maxLen: EVENTS_KEPT } } });
  await queue.waitUntilReady();
  await queue.close();
}
