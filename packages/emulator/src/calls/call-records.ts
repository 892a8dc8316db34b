import type { Fault } from '../fault/fault.ts';

/** One call in few words, kept far longer than its request. Times are ms since the epoch. */
export interface CallRecord {
  /** Counts calls from 1. */
  readonly serial: number;
  /** When its request began to arrive. */
  readonly at: number;
  /** Twelve hex digits of the SHA-256 of the body: equal for what is asked again. Null until it has been read. */
  requestHash: string | null;
  /** Messages of the conversation; more than one when an answer was sent back to be repaired. */
  turns: number;
  role: string | null;
  worker: string | null;
  task: string | null;
  goalHash: string | null;
  model: string | null;
  fault: Fault['kind'] | null;
  /** null while there is none. */
  status: number | null;
  /** When its answer began to be sent and was to be paid for. */
  paidAt: number | null;
  /** When nothing more could come of it. */
  endedAt: number | null;
  /** The client left before the answer was complete. */
  aborted: boolean;
}

const MAX_CALLS = 100_000;

/** The latest 100,000 calls. */
export class CallRecords {
  readonly #records = new Set<CallRecord>();
  #serial = 0;

  open(at: number): CallRecord {
    this.#serial += 1;
    const record: CallRecord = {
      serial: this.#serial,
      at,
      requestHash: null,
      turns: 0,
      role: null,
      worker: null,
      task: null,
      goalHash: null,
      model: null,
      fault: null,
      status: null,
      paidAt: null,
      endedAt: null,
      aborted: false,
    };
    this.#records.add(record);
    const oldest = this.#records.values().next().value;
    if (this.#records.size > MAX_CALLS && oldest !== undefined) this.#records.delete(oldest);
    return record;
  }

  /** Copies of the calls after a serial, oldest first, and how many of the oldest calls are forgotten. */
  after(serial: number): { readonly calls: CallRecord[]; readonly forgotten: number } {
    const calls = [...this.#records]
      .filter((record) => record.serial > serial)
      .map((record) => ({ ...record }));
    return { calls, forgotten: this.#serial - this.#records.size };
  }

  clear(): void {
    this.#records.clear();
    this.#serial = 0;
  }
}
