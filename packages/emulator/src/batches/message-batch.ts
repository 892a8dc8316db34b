import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Emulation } from '../api/emulation.ts';
import type { JsonObject } from '../json.ts';
import type { StoredBatch } from './batch-store.ts';
import { itemResult } from './batch-item-result.ts';
import type { BatchItem } from './read-batch.ts';

const DAY = 86_400_000;
const counted = ['succeeded', 'errored', 'canceled', 'expired'] as const;

/** A batch whose requests the emulator answers. */
export class MessageBatch implements StoredBatch {
  readonly id: string;
  readonly #emulation: Emulation;
  readonly #items: readonly BatchItem[];
  readonly #createdAt: number;
  #results: readonly JsonObject[] = [];
  #endedAt: number | null = null;
  #canceledAt: number | null = null;

  constructor(emulation: Emulation, items: readonly BatchItem[]) {
    this.id = `msgbatch_simulated_${emulation.nextSerial()}`;
    this.#emulation = emulation;
    this.#items = items;
    this.#createdAt = emulation.settings.now();
  }

  get isEnded(): boolean {
    return this.#endedAt !== null;
  }

  async process(): Promise<void> {
    const results: JsonObject[] = [];
    for (const item of this.#items) {
      const result = this.#canceledAt === null ? itemResult(this.#emulation, item) : { type: 'canceled' };
      results.push({ custom_id: item.customId, result });
      await nextTurn();
    }
    // Not in the order of the requests: nobody may rely on that.
    this.#results = results.toReversed();
    this.#endedAt = this.#emulation.settings.now();
  }

  cancel(): void {
    if (!this.isEnded) this.#canceledAt ??= this.#emulation.settings.now();
  }

  results(): string {
    return this.#results.map((result) => `${JSON.stringify(result)}\n`).join('');
  }

  json(origin: string): JsonObject {
    const of = (type: string): number =>
      this.#results.filter(({ result }) => (result as JsonObject)['type'] === type).length;
    const counts = Object.fromEntries(counted.map((type) => [type, of(type)]));
    const status = this.isEnded ? 'ended' : this.#canceledAt === null ? 'in_progress' : 'canceling';
    return {
      id: this.id,
      type: 'message_batch',
      processing_status: status,
      request_counts: { processing: this.isEnded ? 0 : this.#items.length, ...counts },
      created_at: time(this.#createdAt),
      expires_at: time(this.#createdAt + DAY),
      ended_at: this.#endedAt === null ? null : time(this.#endedAt),
      cancel_initiated_at: this.#canceledAt === null ? null : time(this.#canceledAt),
      archived_at: null,
      results_url: this.isEnded ? `${origin}/v1/messages/batches/${this.id}/results` : null,
    };
  }
}

function time(at: number): string {
  return new Date(at).toISOString();
}
