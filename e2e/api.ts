import type { Goal } from '@baton/shared/contract/goal';
import type { Problem } from '@baton/shared/contract/problem';
import { readEventStream, type GoalEvent } from './events.ts';
import { until } from './until.ts';

const PATIENCE = 50_000;

export interface GoalRun {
  readonly goal: Goal;
  readonly events: readonly GoalEvent[];
}

export interface Call {
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly text?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Like `fetch`, which is what is used unless something else is given. */
export type Send = (url: string, init?: RequestInit) => Promise<Response>;

/** Baton's HTTP API as a client calls it. */
export class Api {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #send: Send;

  constructor(url: string, key?: string, send: Send = fetch) {
    this.url = url;
    this.#send = send;
    this.#headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  }

  withKey(key: string): Api {
    return new Api(this.url, key, this.#send);
  }

  fetch(method: string, path: string, { body, text, headers }: Call = {}): Promise<Response> {
    const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
    return this.#send(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE),
      headers: {
        ...this.#headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(content !== undefined && { body: content }),
    });
  }

  /** The JSON of a reply that must have this status. */
  async json<T>(method: string, path: string, status: number, call?: Call): Promise<T> {
    const response = await this.fetch(method, path, call);
    const text = await response.text();
    if (response.status !== status) {
      throw new Error(`${method} ${path} answered ${response.status} instead of ${status}: ${text}`);
    }
    return JSON.parse(text) as T;
  }

  submit(request: object): Promise<Goal> {
    return this.json('POST', '/v1/goals', 202, { body: request });
  }

  goal(goalId: string): Promise<Goal> {
    return this.json('GET', `/v1/goals/${goalId}`, 200);
  }

  problem(method: string, path: string, status: number, call?: Call): Promise<Problem> {
    return this.json(method, path, status, call);
  }

  async eventsSoFar(goalId: string): Promise<GoalEvent[]> {
    const headers = { accept: 'application/json' };
    const { items } = await this.json<{ items: GoalEvent[] }>('GET', `/v1/goals/${goalId}/events`, 200, {
      headers,
    });
    return items;
  }

  /** Follows the goal's stream to its end. */
  async follow(goalId: string, lastEventId?: string): Promise<GoalEvent[]> {
    const headers = {
      accept: 'text/event-stream',
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    };
    const response = await this.fetch('GET', `/v1/goals/${goalId}/events`, { headers });
    if (response.status !== 200) throw new Error(`The event stream answered ${response.status}`);
    const events: GoalEvent[] = [];
    for await (const event of readEventStream(response)) events.push(event);
    return events;
  }

  /** Submits a goal and waits for its end. */
  async run(request: object): Promise<GoalRun> {
    const { id } = await this.submit(request);
    const events = await this.follow(id);
    return { goal: await this.goal(id), events };
  }

  /** Waits for an event of a goal that is under way. */
  eventOf(goalId: string, name: GoalEvent['event'], taskId?: string): Promise<GoalEvent> {
    return until(`${name} ${taskId ?? ''} of ${goalId}`, async () => {
      const events = await this.eventsSoFar(goalId);
      return events.find(
        ({ event, data }) => event === name && (taskId === undefined || data.taskId === taskId),
      );
    });
  }
}
