/**
 * What a write must have survived before it may be promised to anybody (`ACK`).
 *
 * Invariants:
 * 1. `settled()` resolves only when the server that answered the write has confirmed, on the same socket, an offset at or
 *    after that write. A socket that closes takes everything with it that was not confirmed: the next one may lead to
 *    another server, where WAIT would answer for a connection that has written nothing.
 * 2. One WAIT at a time, since it blocks its connection. Whoever comes while one is under way shares the next, which is
 *    sent after their writes were answered, never the one that may have been sent before.
 * 3. Whoever comes within one turn of the event loop shares one WAIT: replies that arrive together are confirmed together.
 * 4. Too few confirmations, an error or a lost socket reject with {@link NotDurableError}; the write may have survived.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Redis } from 'ioredis';

/** `memory`: Redis has answered. `replica`: one replica has it too. `disk`: Redis has flushed it to its append-only file. */
export type Ack = 'memory' | 'replica' | 'disk';

/** What was written is in Redis's memory, and no more is known of it. */
export class NotDurableError extends Error {
  override readonly name = 'NotDurableError';
}

export interface Durability {
  /** To be called in the turn in which the write was answered, on the connection that wrote it. */
  settled(): Promise<void>;
}

interface Batch {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: NotDurableError) => void;
}

function newBatch(): Batch {
  let resolve: Batch['resolve'] = () => undefined;
  let reject: Batch['reject'] = () => undefined;
  const promise = new Promise<void>((onConfirmed, onRefused) => {
    resolve = onConfirmed;
    reject = onRefused;
  });
  return { promise, resolve, reject };
}

type DurableAck = Exclude<Ack, 'memory'>;

const missing: Readonly<Record<DurableAck, string>> = {
  replica: 'no replica has confirmed it',
  disk: 'Redis has not confirmed that it is on its disk',
};

/** How many copies of the kind that is asked for have everything that this connection has written. */
async function confirmations(redis: Redis, ack: DurableAck, timeoutMs: number): Promise<number> {
  if (ack === 'replica') return redis.wait(1, timeoutMs);
  const [onDisk = 0] = (await redis.call('WAITAOF', 1, 0, timeoutMs)) as number[];
  return onDisk;
}

/** @param redis the connection that writes; best one for writing alone, since a WAIT holds it up for up to `timeoutMs`. */
export function openDurability(redis: Redis, ack: Ack, timeoutMs: number): Durability {
  return ack === 'memory' ? { settled: () => Promise.resolve() } : confirmedDurability(redis, ack, timeoutMs);
}

function confirmedDurability(redis: Redis, ack: DurableAck, timeoutMs: number): Durability {
  let gathering: Batch | null = null;
  let waiting: Batch | null = null;
  let isRunning = false;
  const lost = (): NotDurableError =>
    new NotDurableError(`the connection to Redis was lost, and ${missing[ack]} (ACK=${ack})`);

  async function confirm(batch: Batch): Promise<void> {
    try {
      const confirmed = await confirmations(redis, ack, timeoutMs);
      if (confirmed > 0) batch.resolve();
      else batch.reject(new NotDurableError(`${missing[ack]} within ${timeoutMs} ms (ACK=${ack})`));
    } catch (error) {
      const reason = `${missing[ack]} (ACK=${ack}): ${(error as Error).message}`;
      batch.reject(new NotDurableError(reason, { cause: error }));
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (gathering) {
      await turn();
      waiting = gathering;
      gathering = null;
      // Null when the socket was lost in that turn.
      if (waiting) await confirm(waiting);
    }
    isRunning = false;
  }

  redis.on('close', () => {
    waiting?.reject(lost());
    gathering?.reject(lost());
    gathering = null;
  });

  return {
    settled() {
      if (redis.status !== 'ready') return Promise.reject(lost());
      gathering ??= newBatch();
      const { promise } = gathering;
      if (!isRunning) void run();
      return promise;
    },
  };
}
