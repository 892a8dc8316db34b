import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GoalEvent } from '@baton/shared/contract/event';
import type { Goal } from '@baton/shared/contract/goal';
import type { Baton, GoalQuery, NewGoal, Refusal } from '../port.ts';

export interface Created {
  readonly request: NewGoal;
  readonly idempotencyKey: string | undefined;
}

/** As a client's own error is. */
export function refusal(status: number, type: string, detail: string, more: Partial<Refusal> = {}): Refusal {
  const error = new Error(detail);
  error.name = 'BatonError';
  return Object.assign(error, { status, type, detail, errors: [], retryAfterMs: null, ...more });
}

/** As a client's own error is when nothing answers. */
export function unreachable(): Error {
  const error = new Error(
    'Can not reach Baton at http://127.0.0.1:3000: nothing listens there (ECONNREFUSED).',
  );
  error.name = 'ConnectionError';
  return error;
}

/** A Baton of which the test says what it knows and what happens in it. */
export class FakeBaton implements Baton {
  /** What `get` and `cancel` know. */
  readonly known = new Map<string, Goal>();
  /** What `create` answers with, in order. */
  readonly accepts: Goal[] = [];
  readonly created: Created[] = [];
  readonly listed: GoalQuery[] = [];
  page: { items: Goal[]; nextCursor: string | null } = { items: [], nextCursor: null };
  /** What every call rejects with, once it is set. */
  failure: Error | null = null;
  /** What the stream says. */
  readonly stream = new FakeStream();

  readonly goals: Baton['goals'] = {
    create: async (request, options) => {
      if (this.failure) throw this.failure;
      this.created.push({ request, idempotencyKey: options?.idempotencyKey });
      const goal = this.accepts.shift();
      if (!goal) throw new Error('The fake Baton was asked for more goals than the test gave it.');
      if (!this.known.has(goal.id)) this.known.set(goal.id, goal);
      return goal;
    },
    get: async (id) => {
      // A real reply takes more than one turn of the event loop.
      await nextTurn();
      await nextTurn();
      return this.#find(id);
    },
    cancel: async (id) => this.#find(id),
    list: async (query = {}) => {
      if (this.failure) throw this.failure;
      this.listed.push(query);
      return this.page;
    },
    stream: (_id, options) => this.stream.open(options?.signal),
  };

  #find(id: string): Goal {
    if (this.failure) throw this.failure;
    const goal = this.known.get(id);
    if (!goal) throw refusal(404, 'not_found', `There is no goal ${id}.`);
    return goal;
  }
}

type Message = { readonly event: GoalEvent } | { readonly failure: Error } | 'end';

/** A stream whose test says what comes, and learns whether it is read. */
class FakeStream {
  readonly #messages: Message[] = [];
  readonly #readers = new Set<() => void>();
  readonly #awaited = new Set<() => void>();
  #left = (): void => undefined;
  /** Resolves when the first reader has gone. */
  readonly isLeft = new Promise<void>((resolve) => (this.#left = resolve));

  say(...events: readonly GoalEvent[]): this {
    return this.#add(...events.map((event) => ({ event })));
  }

  end(): void {
    this.#add('end');
  }

  fail(failure: Error): void {
    this.#add({ failure });
  }

  /** Resolves once all that was said is read, and a reader waits for more. */
  isAwaited(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#readers.size > 0) resolve();
      else this.#awaited.add(resolve);
    });
  }

  async *open(signal: AbortSignal | undefined): AsyncGenerator<GoalEvent, void> {
    try {
      for (;;) {
        signal?.throwIfAborted();
        const message = this.#messages.shift();
        if (message === 'end') return;
        if (message === undefined) await this.#more(signal);
        else if ('failure' in message) throw message.failure;
        else yield message.event;
      }
    } finally {
      this.#left();
    }
  }

  #add(...messages: readonly Message[]): this {
    this.#messages.push(...messages);
    for (const wake of this.#readers) wake();
    return this;
  }

  #more(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#readers.delete(wake);
        resolve();
      };
      this.#readers.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
      for (const tell of this.#awaited) tell();
      this.#awaited.clear();
    });
  }
}
