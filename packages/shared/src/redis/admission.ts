/**
 * Whether Redis can take new goals now, asked of it once a second and of nobody per request.
 *
 * Invariants:
 * 1. `check()` answers from the last sample. Before the first, and while Redis does not answer, what it said last holds:
 *    a request that gets through is refused by Redis itself.
 * 2. One sample at a time, however long it takes; a change is told once.
 */
import type { Redis } from 'ioredis';
import type { Logger } from '../telemetry/logger.ts';
import { NotDurableError, type Ack } from './durability.ts';
import { infoField } from './info.ts';

/** New goals are refused from this share of `maxmemory` on: the goals that run need the rest to end. */
export const FULL_SHARE = 0.7;

/** ms between samples. */
const EVERY = 1_000;

/** Redis holds as much as it should: what runs may end, nothing new begins. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
}

export interface AdmissionOptions {
  /** Fails fast. */
  readonly redis: Redis;
  readonly ack: Ack;
  readonly logger: Logger;
  /** Told after each sample: `used_memory / maxmemory`, 0 when there is no limit. */
  readonly onMemoryShare: (share: number) => void;
  /** ms. */
  readonly every?: number;
}

export interface Admission {
  /** Throws {@link StorageFullError} or {@link NotDurableError} when a goal would be refused later. */
  check(): void;
  close(): void;
}

export function openAdmission(options: AdmissionOptions): Admission {
  const { redis, ack, logger, onMemoryShare, every = EVERY } = options;
  let refusal: Error | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function judge(share: number, replicas: number): Error | null {
    if (share >= FULL_SHARE) {
      const percent = Math.floor(share * 100);
      return new StorageFullError(`Redis holds ${percent} % of its maxmemory: goals that run go on`);
    }
    if (ack === 'replica' && replicas === 0) {
      return new NotDurableError('no replica is connected to Redis (ACK=replica)');
    }
    return null;
  }

  function decide(next: Error | null): void {
    if (next?.name !== refusal?.name) {
      if (next) logger.warn({ reason: next.message }, 'new goals are refused for now');
      else logger.info('new goals are taken again');
    }
    refusal = next;
  }

  async function sample(): Promise<void> {
    const share = memoryShare(await redis.info('memory'));
    const replicas = ack === 'replica' ? connectedReplicas(await redis.info('replication')) : 0;
    if (isClosed) return;
    onMemoryShare(share);
    decide(judge(share, replicas));
  }

  async function keepSampling(): Promise<void> {
    // The connection tells its own troubles.
    await sample().catch(() => undefined);
    if (!isClosed) timer = setTimeout(() => void keepSampling(), every);
  }

  void keepSampling();
  return {
    check() {
      if (refusal) throw refusal;
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

function memoryShare(info: string): number {
  const limit = Number(infoField(info, 'maxmemory'));
  return limit > 0 ? Number(infoField(info, 'used_memory')) / limit : 0;
}

function connectedReplicas(info: string): number {
  return Number(infoField(info, 'connected_slaves'));
}
