/**
 * A goal's events over connections that may break.
 *
 * Invariants:
 * 1. Every event after `lastEventId` comes once, in order: a new connection asks for what follows the last event handed out,
 *    and what it repeats all the same is dropped.
 * 2. The stream ends when the server ends it after a terminal event, or says that nothing follows (204), and only then: a goal
 *    that was retried has the terminal event of each run, and goes on after all but the last.
 * 3. A first connection is retried as any call is; a later one until `MOST_FAILURES` in a row brought no event. Without
 *    retries (`maxRetries: 0`) every failure is thrown, that of a cut too.
 * 4. An abort ends a read, a pause and a connection attempt alike, with the signal's reason.
 */
import type { StreamOptions } from './api.ts';
import type { Connection } from './connection.ts';
import type { EventName, GoalEvent } from './contract/event.ts';
import { goalEndings } from './endings.ts';
import { BatonError, ConnectionError, unreachable } from './errors.ts';
import { goalPath } from './goal-path.ts';
import { expectType } from './refusal.ts';
import { pauseBeforeRetry } from './retry-decision.ts';
import { readMessages, type SseMessage } from './sse.ts';

/** Pause before the first reconnection unless the server asks for another, in ms; it doubles from there. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;
const MOST_FAILURES = 8;
/** Three heartbeats of the server, in ms. */
const LONGEST_SILENCE = 45_000;

export async function* followEvents(
  connection: Connection,
  goalId: string,
  { lastEventId, signal }: StreamOptions,
): AsyncGenerator<GoalEvent, void> {
  const { address, clock } = connection;
  const backoff = { first: FIRST_PAUSE, longest: LONGEST_PAUSE };
  let { maxRetries } = connection;
  let lastId = lastEventId ?? null;
  let failures = 0;
  let hasEnded = false;
  for (;;) {
    let failure: BatonError | ConnectionError = unreachable(address, new Error('the event stream was cut'));
    try {
      const body = await connect(connection, goalId, lastId, signal);
      if (body === null) return;
      if (maxRetries > 0) maxRetries = Math.max(maxRetries, MOST_FAILURES);
      const onRetry = (ms: number): void => void (backoff.first = ms);
      for await (const message of readMessages(body, { onRetry, longestSilence: LONGEST_SILENCE, signal })) {
        const event = toEvent(address, message);
        if (event === null || (lastId !== null && isRepeated(event.id, lastId))) continue;
        failures = 0;
        lastId = event.id;
        yield event;
        hasEnded = Object.hasOwn(goalEndings, event.event);
      }
      if (hasEnded) return;
    } catch (error) {
      signal?.throwIfAborted();
      failure =
        error instanceof BatonError || error instanceof ConnectionError ? error : unreachable(address, error);
    }
    failures += 1;
    const random = clock.random();
    const ms = pauseBeforeRetry({ failure, failures, maxRetries, repeatable: true, backoff, random });
    if (ms === null) throw failure;
    await clock.pause(ms, signal);
  }
}

/** Null when nothing follows. */
function connect(
  connection: Connection,
  goalId: string,
  lastId: string | null,
  signal: AbortSignal | undefined,
): Promise<ReadableStream<Uint8Array> | null> {
  const request = {
    method: 'GET',
    path: `${goalPath(goalId)}/events`,
    ...(lastId !== null && { headers: { 'last-event-id': lastId } }),
    repeatable: true,
    options: { signal },
  } as const;
  return connection.attempt(request, 'text/event-stream', async (response) => {
    if (response.status === 204) return null;
    await expectType(response, 'text/event-stream', connection.address);
    return response.body as ReadableStream<Uint8Array> | null;
  });
}

/** Ids count up; others are compared with the last one only. */
function isRepeated(id: string, lastId: string): boolean {
  const count = /^\d{1,15}$/;
  return count.test(id) && count.test(lastId) ? Number(id) <= Number(lastId) : id === lastId;
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
