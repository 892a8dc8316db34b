import type { JsonObject } from '../json.ts';
import { blockText, type ContentBlock, type Message } from './answer.ts';
import { deltaUsage } from './usage.ts';

export interface StreamEvent {
  readonly event: string;
  readonly data: JsonObject;
}

/** Cuts a block's text into the pieces that one delta each carries. */
export type Chunker = (text: string) => readonly string[];

/** The events of a message in the API's order. */
export function* streamEvents(message: Message, chunks: Chunker): Generator<StreamEvent> {
  yield named({ type: 'message_start', message: startOf(message) });
  let index = 0;
  for (const block of message.answer.blocks) {
    yield named({ type: 'content_block_start', index, content_block: emptied(block) });
    if (index === 0) yield named({ type: 'ping' });
    for (const piece of chunks(blockText(block))) {
      yield named({ type: 'content_block_delta', index, delta: deltaOf(block, piece) });
    }
    for (const citation of block.type === 'text' ? (block.citations ?? []) : []) {
      const delta = { type: 'citations_delta', citation };
      yield named({ type: 'content_block_delta', index, delta });
    }
    if (block.type === 'thinking') {
      const delta = { type: 'signature_delta', signature: block.signature };
      yield named({ type: 'content_block_delta', index, delta });
    }
    yield named({ type: 'content_block_stop', index });
    index += 1;
  }
  const { stopReason, stopSequence, stopDetails } = message.answer;
  const delta = {
    stop_reason: stopReason,
    stop_sequence: stopSequence,
    stop_details: stopDetails,
    container: null,
  };
  yield named({ type: 'message_delta', delta, usage: deltaUsage(message.usage) });
  yield named({ type: 'message_stop' });
}

/** One event in the form of a server-sent event. */
export function eventFrame({ event, data }: StreamEvent): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function named(data: JsonObject & { readonly type: string }): StreamEvent {
  return { event: data.type, data };
}

function startOf(message: Message): JsonObject {
  return {
    ...message.json,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: { ...message.usage, output_tokens: 1, output_tokens_details: null, server_tool_use: null },
  };
}

function emptied(block: ContentBlock): JsonObject {
  if (block.type === 'text') return { ...block, text: '', citations: block.citations && [] };
  if (block.type === 'thinking') return { ...block, thinking: '', signature: '' };
  return 'input' in block ? { ...block, input: {} } : block;
}

function deltaOf(block: ContentBlock, piece: string): JsonObject {
  if (block.type === 'text') return { type: 'text_delta', text: piece };
  if (block.type === 'thinking') return { type: 'thinking_delta', thinking: piece };
  return { type: 'input_json_delta', partial_json: piece };
}
