/**
 * A goal's events over connections that may break.
 *
 * Invariants:
 * 1. Every event after `after` comes once, in order: a new connection asks for what follows the last event handed out.
 * 2. The stream ends when the server ends it after a terminal event, or says that nothing follows (204), and only then: a goal
 *    that was retried has the terminal event of each run, and goes on after all but the last.
 * 3. A failure of the first connection is thrown at once; a later one is retried until `MOST_FAILURES` in a row brought no event.
 * 4. An abort ends a read, a pause and a connection attempt alike, with the signal's reason.
 */
import type { EventName, GoalEvent } from '@baton/shared/contract/event';
import type { Connection } from './connection.ts';
import { goalEndings } from './endings.ts';
import { BatonError, ConnectionError, unreachable } from './errors.ts';
import { readMessages, type SseMessage } from './sse.ts';

/** Pause before the first reconnection unless the server asks for another, in ms; it doubles from there. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;
const MOST_FAILURES = 8;
/** Three heartbeats of the server, in ms. */
const LONGEST_SILENCE = 45_000;

export interface EventOptions {
  /** The id of the last event already known; without it the stream begins with the goal's first. */
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export async function* followEvents(
  connection: Connection,
  goalId: string,
  { after, signal }: EventOptions,
): AsyncGenerator<GoalEvent, void> {
  let lastId = after ?? null;
  let firstPause = FIRST_PAUSE;
  let failures = 0;
  let isFirst = true;
  let hasEnded = false;
  for (;;) {
    let failure: BatonError | ConnectionError = unreachable(
      connection.address,
      new Error('the event stream was cut'),
    );
    try {
      const body = await connect(connection, goalId, lastId, signal);
      isFirst = false;
      if (body === null) return;
      const onRetry = (ms: number): void => void (firstPause = ms);
      for await (const message of readMessages(body, { onRetry, longestSilence: LONGEST_SILENCE })) {
        const event = toEvent(connection.address, message);
        if (event === null) continue;
        failures = 0;
        lastId = event.id;
        yield event;
        hasEnded = Object.hasOwn(goalEndings, event.event);
      }
      if (hasEnded) return;
    } catch (error) {
      signal?.throwIfAborted();
      failure = classify(connection.address, error);
      if (isFirst || !isPassing(failure)) throw failure;
    }
    failures += 1;
    if (failures > MOST_FAILURES) throw failure;
    await pause(pauseFor(failures, firstPause, failure), signal);
  }
}

/** Null when nothing follows. */
async function connect(
  connection: Connection,
  goalId: string,
  lastId: string | null,
  signal: AbortSignal | undefined,
): Promise<ReadableStream<Uint8Array> | null> {
  const response = await connection.send({
    method: 'GET',
    path: `goals/${encodeURIComponent(goalId)}/events`,
    accept: 'text/event-stream',
    ...(lastId !== null && { headers: { 'last-event-id': lastId } }),
    signal,
  });
  if (response.status === 204) return null;
  const type = response.headers.get('content-type') ?? 'none';
  if (response.body && type.startsWith('text/event-stream')) {
    return response.body as ReadableStream<Uint8Array>;
  }
  await response.body?.cancel();
  throw new ConnectionError(
    'not_baton',
    connection.address,
    `its events have the type "${type}", not text/event-stream`,
  );
}

/** Null for a message that is no event of a goal. */
function toEvent(address: string, { id, event, data }: SseMessage): GoalEvent | null {
  if (id === null) return null;
  try {
    return { id, event: event as EventName, data: JSON.parse(data) as GoalEvent['data'] };
  } catch (error) {
    throw new ConnectionError('not_baton', address, `the data of event ${id} is not JSON`, error);
  }
}

function classify(address: string, error: unknown): BatonError | ConnectionError {
  if (error instanceof BatonError || error instanceof ConnectionError) return error;
  return unreachable(address, error);
}

function isPassing(failure: BatonError | ConnectionError): boolean {
  if (failure instanceof ConnectionError) return failure.failure === 'unreachable';
  return failure.status >= 500 || failure.status === 429;
}

/** Between half and all of a pause that doubles with each failure, so that many clients do not come back at once. */
function pauseFor(failures: number, firstPause: number, failure: BatonError | ConnectionError): number {
  const grown = Math.min(firstPause * 2 ** (failures - 1), LONGEST_PAUSE) * (0.5 + Math.random() / 2);
  const asked = failure instanceof BatonError ? (failure.retryAfterMs ?? 0) : 0;
  return Math.max(grown, Math.min(asked, LONGEST_PAUSE));
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
