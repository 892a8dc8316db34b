/**
 * The requests that are open, so that a caller of the 2025 protocol can cancel one of its own: its cancellation comes as a
 * request of its own, and nothing but a name that it was given at the start says that both come from one client.
 *
 * Invariants:
 * 1. A name is no session: nothing is kept under it but requests that are open, any name is taken, and it gives no rights.
 * 2. A cancellation reaches only a request that was sent with the same name and the same key.
 */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

export interface Caller {
  /** The name that the client was given, or null for one that sends none. */
  readonly session: string | null;
  readonly apiKey: string | null;
}

export class OpenRequests {
  readonly #responses = new Map<string, ServerResponse>();

  newSession(): string {
    return randomUUID();
  }

  /** Until the response has ended. */
  add(caller: Caller, id: string | number, response: ServerResponse): void {
    if (caller.session === null) return;
    const key = keyOf(caller, id);
    this.#responses.set(key, response);
    response.on('close', () => {
      if (this.#responses.get(key) === response) this.#responses.delete(key);
    });
  }

  /** Cuts the response that its caller does not want any more, which ends its wait. */
  cancel(caller: Caller, id: string | number): void {
    this.#responses.get(keyOf(caller, id))?.destroy();
  }
}

function keyOf({ session, apiKey }: Caller, id: string | number): string {
  return JSON.stringify([session, apiKey, id]);
}
