import { ApiError } from '../api/api-error.ts';
import type { JsonObject } from '../json.ts';

/** A batch, from its creation to its results. */
export interface StoredBatch {
  readonly id: string;
  readonly isEnded: boolean;
  /** Answers everything, or nothing when it was cancelled before. */
  process(): Promise<void>;
  cancel(): void;
  /** JSON lines. */
  results(): string;
  /** @param origin where its results are to be had */
  json(origin: string): JsonObject;
}

export interface BatchPage {
  readonly batches: readonly StoredBatch[];
  readonly hasMore: boolean;
}

/** The batches of an emulator, until they are deleted. */
export class BatchStore {
  /** The oldest first. */
  readonly #batches = new Map<string, StoredBatch>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  /** Has it processed in `delayMs`. */
  add(batch: StoredBatch, delayMs: number): void {
    this.#batches.set(batch.id, batch);
    const timer = setTimeout(() => this.#process(batch), delayMs);
    this.#timers.set(batch.id, timer);
  }

  /** What has not begun ends without being done. Throws 404. */
  cancel(id: string): void {
    const batch = this.get(id);
    batch.cancel();
    if (this.#timers.has(id)) this.#process(batch);
  }

  /** Throws 404. */
  get(id: string): StoredBatch {
    const batch = this.#batches.get(id);
    if (batch === undefined) throw new ApiError(404, 'not_found_error', `No such batch: ${id}`);
    return batch;
  }

  delete(id: string): void {
    if (!this.get(id).isEnded) {
      throw new ApiError(400, 'invalid_request_error', `${id} is in progress: cancel it first`);
    }
    this.#batches.delete(id);
  }

  /** The newest first, after the one that is named. */
  page(limit: number, afterId: string | null): BatchPage {
    const newest = [...this.#batches.values()].toReversed();
    const from = afterId === null ? 0 : newest.findIndex(({ id }) => id === afterId) + 1;
    return { batches: newest.slice(from, from + limit), hasMore: from + limit < newest.length };
  }

  /** Nothing is processed any more. */
  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #process(batch: StoredBatch): void {
    clearTimeout(this.#timers.get(batch.id));
    this.#timers.delete(batch.id);
    void batch.process();
  }
}
