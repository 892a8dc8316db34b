/**
 * Ends a call that nothing else would end.
 *
 * 1. The first reason wins; a later one changes nothing.
 * 2. Bytes on the wire, pings included, prove life; the idle clock starts with the call, before there are headers.
 * 3. After `received` no reason is ever given: the answer is complete, and only the connection remains to be closed.
 * 4. After `stop` no timer and no listener is left.
 */

export type WatchReason = 'cancelled' | 'idle_timeout' | 'timeout' | 'response_too_large';

export interface CallWatchOptions {
  readonly signal: AbortSignal;
  readonly idleTimeoutMs: number;
  readonly timeoutMs: number;
}

/** How long the peer may take to end a response whose last event has come, so that the connection can be used again. */
const CLOSING_MS = 100;

export class CallWatch {
  readonly #abort = new AbortController();
  readonly #caller: AbortSignal;
  readonly #idle: NodeJS.Timeout;
  readonly #total: NodeJS.Timeout;
  readonly #onCallerAbort = (): void => this.end('cancelled');
  #closing: NodeJS.Timeout | null = null;
  #reason: WatchReason | null = null;
  #armed = true;

  constructor(options: CallWatchOptions) {
    this.#caller = options.signal;
    this.#idle = setTimeout(() => this.end('idle_timeout'), options.idleTimeoutMs);
    this.#total = setTimeout(() => this.end('timeout'), options.timeoutMs);
    this.#caller.addEventListener('abort', this.#onCallerAbort, { once: true });
    if (this.#caller.aborted) this.end('cancelled');
  }

  /** Aborted when the call must end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Why the watch ended the call; null when it didn't. */
  get reason(): WatchReason | null {
    return this.#reason;
  }

  sawBytes(): void {
    if (this.#armed) this.#idle.refresh();
  }

  end(reason: WatchReason): void {
    if (this.#abort.signal.aborted || this.#closing !== null) return;
    this.#reason = reason;
    this.#abort.abort();
  }

  received(): void {
    this.#closing ??= setTimeout(() => this.#abort.abort(), CLOSING_MS);
  }

  stop(): void {
    this.#armed = false;
    clearTimeout(this.#idle);
    clearTimeout(this.#total);
    if (this.#closing !== null) clearTimeout(this.#closing);
    this.#caller.removeEventListener('abort', this.#onCallerAbort);
  }
}
