/**
 * Open streams of events, each written to as fast as its reader takes it.
 *
 * Invariants:
 * 1. What a reader has not taken is at most the socket's own buffer and one batch, which all readers of the goal share: a reader
 *    that falls behind is told the rest, read anew, when it takes again. Nothing is thrown away, and nothing piles up.
 * 2. A reader that takes nothing for {@link PATIENCE} is let go, whether the stream has ended or not.
 * 3. One timer serves all streams; there is none while there is no stream.
 * 4. A process that stops ends its streams between two events, with their connections: readers go on elsewhere, from their last event.
 */
import type { Response } from 'express';
import type { EventBatch } from '@baton/shared/ledger/event-batch';
import type { Follower } from '@baton/shared/ledger/fan-out';

/** All times in ms. */
const TICK = 1_000;
const HEARTBEAT = 15_000;
/** A connection that stood still for so long has lost its reader. One that is only slow comes back with the last id it has. */
const PATIENCE = 15_000;
const RETRY = 2_000;

interface OpenStream {
  readonly response: Response;
  readonly end: () => void;
  /** The tick within a heartbeat's time at which it has its own, so that not all are written to at once. */
  readonly slot: number;
  ticksStuck: number;
}

/** The text of a batch, once for all that are sent it. */
const frames = new WeakMap<EventBatch, Buffer>();

function framesOf(batch: EventBatch): Buffer {
  const known = frames.get(batch);
  if (known) return known;
  const text = batch.events.map(({ id, event, data }) => `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`);
  const made = Buffer.from(text.join(''));
  frames.set(batch, made);
  return made;
}

/** @param stopping aborted when the process begins to stop. */
export function openEventStreams(stopping: AbortSignal) {
  const open = new Set<OpenStream>();
  let timer: NodeJS.Timeout | null = null;
  let ticks = 0;
  let opened = 0;

  function tick(): void {
    ticks += 1;
    for (const stream of open) {
      const { response, slot } = stream;
      const isStuck = response.writableNeedDrain || response.writableEnded;
      stream.ticksStuck = isStuck ? stream.ticksStuck + 1 : 0;
      if (stream.ticksStuck * TICK >= PATIENCE) response.destroy();
      else if (!isStuck && slot === ticks % (HEARTBEAT / TICK)) response.write(': heartbeat\n\n');
    }
  }

  function endAll(): void {
    for (const { response, end } of open) {
      if (response.writableNeedDrain) response.destroy();
      else end();
    }
  }

  function add(stream: OpenStream): void {
    open.add(stream);
    if (timer) return;
    timer = setInterval(tick, TICK);
    stopping.addEventListener('abort', endAll);
  }

  function remove(stream: OpenStream): void {
    open.delete(stream);
    if (open.size > 0 || !timer) return;
    clearInterval(timer);
    timer = null;
    stopping.removeEventListener('abort', endAll);
  }

  /** Sends what `follow` hands over, after the response's head; the function that `follow` returns ends it. */
  return function sendEvents(response: Response, follow: (follower: Follower) => () => void): void {
    const { socket } = response;
    const end = (): void => {
      response.end(stopping.aborted ? () => socket?.end() : undefined);
    };
    response.write(`retry: ${RETRY}\n\n`);
    if (stopping.aborted || response.closed) return end();
    const leave = follow({
      onEvents(batch, isLast) {
        const hasRoom = response.write(framesOf(batch));
        if (isLast) end();
        return isLast || hasRoom ? undefined : new Promise((resolve) => response.once('drain', resolve));
      },
      onForgotten: end,
    });
    const stream = { response, slot: opened % (HEARTBEAT / TICK), ticksStuck: 0, end };
    opened += 1;
    add(stream);
    response.on('drain', () => (stream.ticksStuck = 0));
    response.on('error', () => response.destroy());
    response.on('close', () => {
      leave();
      remove(stream);
    });
  };
}
