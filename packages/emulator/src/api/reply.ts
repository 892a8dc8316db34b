import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject } from '../json.ts';

/**
 * One response being written.
 *
 * 1. Every wait ends when the connection closes; from then on `isOpen` is false and writes do nothing.
 * 2. A held connection (a fault that never ends) is cut when the emulator stops, so that it cannot keep it from stopping.
 * 3. `wasAborted` is true only when the client ended the connection: not after a cut of ours, not after a whole answer.
 */
export class Reply {
  readonly #response: ServerResponse;
  readonly #stopping: AbortSignal;
  readonly #closed = new AbortController();
  #isCutByUs = false;

  constructor(response: ServerResponse, stopping: AbortSignal) {
    this.#response = response;
    this.#stopping = stopping;
    response.once('close', () => this.#closed.abort());
  }

  get isOpen(): boolean {
    return !this.#closed.signal.aborted && !this.#response.destroyed;
  }

  get wasAborted(): boolean {
    return !this.isOpen && !this.#isCutByUs && !this.#response.writableFinished;
  }

  setHeaders(headers: Readonly<Record<string, string>>): void {
    if (this.#response.headersSent) return;
    for (const [name, value] of Object.entries(headers)) this.#response.setHeader(name, value);
  }

  head(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.isOpen) this.#response.writeHead(status, headers).flushHeaders();
  }

  /** A whole response at once; nothing when one has begun. */
  json(status: number, body: JsonObject, headers: Readonly<Record<string, string>> = {}): void {
    if (!this.isOpen || this.#response.headersSent) return;
    const bytes = Buffer.from(JSON.stringify(body));
    const length = String(bytes.length);
    this.#response.writeHead(status, {
      ...headers,
      'content-type': 'application/json',
      'content-length': length,
    });
    this.#response.end(bytes);
  }

  /** Writes, and waits until the bytes have left the process. */
  async write(text: string): Promise<void> {
    if (!this.isOpen) return;
    await new Promise<void>((resolve) => {
      const done = (): void => resolve();
      this.#closed.signal.addEventListener('abort', done, { once: true });
      this.#response.write(text, () => {
        this.#closed.signal.removeEventListener('abort', done);
        resolve();
      });
    });
  }

  end(): void {
    if (this.isOpen) this.#response.end();
  }

  /** Resolves when the response has gone out whole, or its connection has closed. */
  async settled(): Promise<void> {
    if (!this.isOpen || this.#response.writableFinished) return;
    await new Promise<void>((resolve) => {
      this.#response.once('finish', resolve);
      this.#closed.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Destroys the connection. */
  cut(): void {
    this.#isCutByUs = true;
    this.#response.destroy();
    this.#closed.abort();
  }

  async wait(ms: number): Promise<void> {
    if (ms <= 0 || !this.isOpen) return;
    await delay(ms, undefined, { signal: this.#closed.signal }).catch(() => undefined);
  }

  /** Keeps the connection open and silent until the client leaves or the emulator stops. */
  async hold(): Promise<void> {
    const cut = (): void => this.cut();
    if (this.#stopping.aborted) this.cut();
    this.#stopping.addEventListener('abort', cut, { once: true });
    if (this.isOpen) {
      await new Promise<void>((resolve) => {
        this.#closed.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    this.#stopping.removeEventListener('abort', cut);
  }
}
