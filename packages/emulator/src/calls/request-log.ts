import type { Fault } from '../fault/fault.ts';

/** A request as it came, and what became of it. */
export interface RecordedRequest {
  /** RFC 3339. */
  readonly at: string;
  readonly requestId: string;
  /** Without credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; null until it has been read, or when it could not be. */
  body: unknown;
  role: string | null;
  worker: string | null;
  task: string | null;
  goalHash: string | null;
  model: string | null;
  /** null while there is none. */
  status: number | null;
  fault: Fault['kind'] | null;
  paid: boolean;
  aborted: boolean;
}

const MAX_REQUESTS = 1_000;
const MAX_BYTES = 32 * 1_048_576;

/** The latest requests, at most 1,000 and about 32 MB of bodies. */
export class RequestLog {
  /** Each request with the bytes of its body, oldest first. */
  readonly #records = new Map<RecordedRequest, number>();
  #totalBytes = 0;

  add(record: RecordedRequest): void {
    this.#records.set(record, 0);
    this.#trim();
  }

  /** Keeps the body of a request that is still among the latest. */
  setBody(record: RecordedRequest, body: unknown, bytes: number): void {
    if (!this.#records.has(record)) return;
    record.body = body;
    this.#records.set(record, bytes);
    this.#totalBytes += bytes;
    this.#trim();
  }

  /** Copies, oldest first. */
  latest(limit = MAX_REQUESTS): RecordedRequest[] {
    if (limit <= 0) return [];
    return [...this.#records.keys()].slice(-limit).map((record) => Object.assign({}, record));
  }

  clear(): void {
    this.#records.clear();
    this.#totalBytes = 0;
  }

  #trim(): void {
    for (const [record, bytes] of this.#records) {
      if (this.#records.size <= MAX_REQUESTS && this.#totalBytes <= MAX_BYTES) return;
      this.#records.delete(record);
      this.#totalBytes -= bytes;
    }
  }
}
