/**
 * Follows one goal's events as a client should, and logs every one of them.
 *
 * 1. A connection is opened after the last event seen, with `Last-Event-ID`; so what was seen twice was sent twice.
 * 2. It rests when the server says that there is no more, by 204 or by an end after a terminal event; `resume` wakes it.
 * 3. Nothing but `stop` and an answer that no further try can mend (4xx) ends it before that.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { endsStream } from '@baton/shared/contract/event';
import { readEventStream, type GoalEvent } from '../../e2e/events.ts';
import type { StreamConnection } from './client-log.ts';

/** Heartbeats come more often than that. */
const SILENCE_MS = 20_000;
const BEFORE_NEXT_TRY_MS = 50;

type Fate = 'rests' | 'again';

export class EventFollower {
  readonly goalId: string;
  readonly connections: StreamConnection[] = [];
  readonly #nextUrl: () => string;
  readonly #stopping = new AbortController();
  #last: GoalEvent | null = null;
  #running: Promise<void>;

  /** @param nextUrl of the API to try next */
  constructor(goalId: string, nextUrl: () => string) {
    this.goalId = goalId;
    this.#nextUrl = nextUrl;
    this.#running = this.#follow();
  }

  /** Resolves when it rests or was stopped. */
  get rests(): Promise<void> {
    return this.#running;
  }

  /** Looks for more events than the server spoke of. */
  resume(): void {
    this.#running = this.#running.then(() => this.#follow());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #follow(): Promise<void> {
    while (!this.#stopping.signal.aborted && (await this.#connect()) === 'again') {
      await delay(BEFORE_NEXT_TRY_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  async #connect(): Promise<Fate> {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), SILENCE_MS);
    const events: GoalEvent[] = [];
    const after = this.#last?.id ?? null;
    const openedAt = Date.now();
    let status: number | null = null;
    let ended: StreamConnection['ended'] = 'whole';
    try {
      const response = await fetch(`${this.#nextUrl()}/v1/goals/${this.goalId}/events`, {
        headers: { accept: 'text/event-stream', ...(after !== null && { 'last-event-id': after }) },
        signal: AbortSignal.any([silence.signal, this.#stopping.signal]),
      });
      status = response.status;
      if (status !== 200) await response.body?.cancel();
      else {
        for await (const event of readEventStream(response)) {
          timer.refresh();
          events.push(event);
          this.#last = event;
        }
      }
    } catch {
      ended = this.#stopping.signal.aborted ? 'left' : silence.signal.aborted ? 'silent' : 'broken';
    } finally {
      clearTimeout(timer);
    }
    this.connections.push({ openedAt, after, status, events, ended });
    return this.#fate(status, ended);
  }

  #fate(status: number | null, ended: StreamConnection['ended']): Fate {
    if (status !== null && status !== 200 && status < 500) return 'rests';
    const isOver = status === 200 && ended === 'whole' && this.#last !== null && endsStream(this.#last.event);
    return isOver ? 'rests' : 'again';
  }
}
