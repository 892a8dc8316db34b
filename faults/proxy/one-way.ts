// 1. Bytes leave in the order in which they came, and the end of the stream after them.
// 2. While frozen nothing leaves, and neither side learns that the other has gone.
// 3. Past HELD_AT_MOST bytes the sender is made to wait: held in the kernel, as on a line that lost its far end.

import type { Socket } from 'node:net';
import type { Conditions } from './conditions.ts';

const HELD_AT_MOST = 1_048_576;

interface Held {
  readonly dueAt: number;
  /** null: the end of the stream. */
  readonly bytes: Buffer | null;
}

/** One direction of a proxied connection. */
export class OneWay {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #conditions: Conditions;
  readonly #isTowardsClient: boolean;
  readonly #onTruncated: () => void;
  readonly #held: Held[] = [];
  #heldBytes = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    source: Socket,
    sink: Socket,
    conditions: Conditions,
    { isTowardsClient, onTruncated }: { isTowardsClient: boolean; onTruncated: () => void },
  ) {
    this.#source = source;
    this.#sink = sink;
    this.#conditions = conditions;
    this.#isTowardsClient = isTowardsClient;
    this.#onTruncated = onTruncated;
    source.on('data', (bytes: Buffer) => this.#hold(bytes));
    source.on('end', () => this.#hold(null));
    sink.on('drain', () => this.pump());
  }

  /** Sends what may leave now. */
  pump(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (;;) {
      const [first] = this.#held;
      if (!first || this.#conditions.isFrozen || this.#sink.writableNeedDrain) break;
      const wait = first.dueAt - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.pump(), wait);
        break;
      }
      this.#held.shift();
      this.#heldBytes -= first.bytes?.length ?? 0;
      if (!this.#send(first.bytes)) return;
    }
    if (this.#heldBytes > HELD_AT_MOST) this.#source.pause();
    else if (this.#source.isPaused()) this.#source.resume();
  }

  forget(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#held.length = 0;
  }

  #hold(bytes: Buffer | null): void {
    this.#held.push({ dueAt: performance.now() + this.#conditions.latencyMs, bytes });
    this.#heldBytes += bytes?.length ?? 0;
    this.pump();
  }

  /** False when the connection ends with this. */
  #send(bytes: Buffer | null): boolean {
    if (!this.#sink.writable) return true;
    if (bytes === null) {
      this.#sink.end();
      return true;
    }
    const left = this.#isTowardsClient ? this.#conditions.bytesUntilCut : null;
    if (left === null || bytes.length < left) {
      if (left !== null) this.#conditions.bytesUntilCut = left - bytes.length;
      this.#sink.write(bytes);
      return true;
    }
    this.#conditions.bytesUntilCut = null;
    this.#sink.end(bytes.subarray(0, left));
    this.#onTruncated();
    return false;
  }
}
