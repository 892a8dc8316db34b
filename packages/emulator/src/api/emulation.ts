import { BatchStore } from '../batches/batch-store.ts';
import { CallLog } from '../calls/call-log.ts';
import { FaultQueue } from '../fault/fault-queue.ts';
import { PromptCache } from './prompt-cache.ts';
import { RateLimiter, type RateLimits } from './rate-limiter.ts';

export interface EmulationSettings {
  readonly msPerChunk: number;
  readonly limits: RateLimits;
  readonly maxBodyBytes: number;
  /** From the creation of a batch to its results. */
  readonly batchDelayMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Everything one emulator remembers between calls. */
export class Emulation {
  readonly settings: EmulationSettings;
  readonly calls: CallLog;
  readonly faults = new FaultQueue();
  readonly cache = new PromptCache();
  readonly batches = new BatchStore();
  readonly limiter: RateLimiter;
  #serial = 0;

  constructor(settings: EmulationSettings) {
    this.settings = settings;
    this.calls = new CallLog(settings.now);
    this.limiter = new RateLimiter(settings.limits);
  }

  /** A number no other request of this emulator has, as the tail of its ids. */
  nextSerial(): string {
    this.#serial += 1;
    return String(this.#serial).padStart(8, '0');
  }
}
