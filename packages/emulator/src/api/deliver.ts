import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TransportFault } from '../fault/fault.ts';
import { ApiError } from './api-error.ts';
import { blockText, type Message } from './answer.ts';
import { characterChunks, paceFor, wordChunks, type Pace } from './pace.ts';
import type { Reply } from './reply.ts';
import { eventFrame, streamEvents } from './stream-events.ts';

export interface Delivery {
  readonly message: Message;
  readonly stream: boolean;
  readonly msPerChunk: number;
  readonly fault: TransportFault | null;
  /** Called once, when the first byte of a paid answer has been sent. */
  readonly onPaid: () => void;
}

const JSON_HEAD = { 'content-type': 'application/json' };
const STREAM_HEAD = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
const AFTER_FIRST_PIECE: ReadonlySet<TransportFault['kind']> = new Set(['stall', 'malformed', 'sse-error']);
const HALF_WAY: ReadonlySet<TransportFault['kind']> = new Set(['cut', 'fin']);
/** Characters sent at once: a huge answer must not hold up those to others. */
const MOST_WAITING = 65_536;
const OVERLOADED = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };

/** Sends a message, whole or as a stream, with whatever the fault does to the connection. Throws 529 for `sse-error` without a stream. */
export async function deliver(reply: Reply, delivery: Delivery): Promise<void> {
  const { message, fault } = delivery;
  if (fault?.kind === 'hang') return reply.hold();
  const characters = message.answer.blocks.reduce((sum, block) => sum + blockText(block).length, 0);
  const pace = paceFor(characters, delivery.msPerChunk);
  await reply.wait(pace.lead);
  if (!reply.isOpen) return undefined;
  return delivery.stream ? deliverStream(reply, delivery, pace) : deliverWhole(reply, delivery, pace);
}

async function deliverWhole(reply: Reply, delivery: Delivery, pace: Pace): Promise<void> {
  const { message, fault } = delivery;
  const body = JSON.stringify(message.json);
  const text = message.answer.blocks.map(blockText).join('');
  await reply.wait(pace.perChunk * wordChunks(text).length);
  if (!reply.isOpen) return;
  if (fault === null) {
    reply.json(200, message.json);
    delivery.onPaid();
    return;
  }
  if (fault.kind === 'sse-error') throw new ApiError(529, 'overloaded_error', 'Overloaded');
  if (fault.kind === 'malformed') {
    reply.head(200, JSON_HEAD);
    delivery.onPaid();
    await reply.write(`${body.slice(0, body.length / 2)}"}}`);
    reply.end();
    return;
  }
  // A cut is seen as one only when the client knows how much is missing.
  const length = fault.kind === 'cut' ? { 'content-length': String(Buffer.byteLength(body)) } : {};
  reply.head(200, { ...JSON_HEAD, ...length });
  delivery.onPaid();
  await writeFaultyBody(reply, body, fault);
}

async function writeFaultyBody(reply: Reply, body: string, fault: TransportFault): Promise<void> {
  if (fault.kind === 'drip') {
    for (const character of body) {
      if (!reply.isOpen) return;
      await reply.write(character);
      await reply.wait(fault.ms);
    }
    reply.end();
    return;
  }
  if (fault.kind === 'stall') {
    await reply.write(body.slice(0, 16));
    await reply.hold();
    return;
  }
  await reply.write(body.slice(0, body.length / 2));
  if (fault.kind === 'cut') reply.cut();
  else reply.end();
}

async function deliverStream(reply: Reply, delivery: Delivery, pace: Pace): Promise<void> {
  const { message, fault } = delivery;
  const isDrip = fault?.kind === 'drip';
  const frames = [...streamEvents(message, isDrip ? characterChunks : wordChunks)];
  const perChunk = isDrip ? fault.ms : pace.perChunk;
  const deltas = frames.filter((frame) => frame.event === 'content_block_delta').length;
  reply.head(200, STREAM_HEAD);
  let waiting = '';
  let sent = 0;
  for (const frame of frames) {
    const isDelta = frame.event === 'content_block_delta';
    const isMuch = waiting.length > MOST_WAITING;
    if (isDelta && (perChunk > 0 || fault !== null || isMuch)) {
      await reply.write(waiting);
      // A socket that takes everything at once never lets others have their turn.
      if (isMuch) await nextTurn();
      waiting = '';
      await reply.wait(perChunk);
      if (!reply.isOpen) return;
    }
    waiting += eventFrame(frame);
    if (frame.event === 'message_start' && fault?.kind !== 'sse-error') delivery.onPaid();
    if (isDelta) sent += 1;
    if (fault !== null && isDue(fault, sent, deltas, frame.event)) {
      await reply.write(waiting);
      await breakStream(reply, fault);
      return;
    }
  }
  await reply.write(waiting);
  reply.end();
}

/** Whether a fault strikes after this event: the slow ones and errors after the first piece, the cuts half-way. */
function isDue(fault: TransportFault, sent: number, deltas: number, event: string): boolean {
  const isLast = event === 'message_delta';
  if (AFTER_FIRST_PIECE.has(fault.kind)) return sent >= 1 || isLast;
  return HALF_WAY.has(fault.kind) && (sent >= Math.max(1, Math.floor(deltas / 2)) || isLast);
}

async function breakStream(reply: Reply, fault: TransportFault): Promise<void> {
  switch (fault.kind) {
    case 'stall':
      return reply.hold();
    case 'malformed':
      await reply.write('event: content_block_delta\ndata: {"type":"content_block_delta","index":\n\n');
      return reply.end();
    case 'sse-error':
      await reply.write(eventFrame({ event: 'error', data: OVERLOADED }));
      return reply.end();
    case 'cut':
      return reply.cut();
    case 'fin':
    case 'drip':
    case 'hang':
      return reply.end();
  }
}
