import { stopReasons, type StopReason, type TokenUsage } from './llm.ts';
import {
  withBlockDelta,
  withBlockStart,
  type BlockDelta,
  type BlockStart,
  type OpenBlock,
} from './message-blocks.ts';

/** What has come of a streamed message so far. */
export interface PartialMessage {
  readonly text: string;
  /** Null when only the text is wanted. */
  readonly blocks: readonly OpenBlock[] | null;
  readonly model: string | null;
  readonly stopReason: string | null;
  /** Why the model declined, where the endpoint says so. */
  readonly refusal: string | null;
  readonly usage: TokenUsage;
  /** Of everything that a model wrote, thinking and the input of tools too. */
  readonly characters: number;
  /** True from `message_stop` on: nothing more will come. */
  readonly stopped: boolean;
}

/** The counts of a `usage` object on the wire; servers leave fields out or send null. */
interface WireUsage {
  readonly input_tokens?: number | null;
  readonly output_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly server_tool_use?: { readonly web_search_requests?: number | null } | null;
}

interface StopDetails {
  readonly type?: string;
  readonly category?: string | null;
  readonly explanation?: string | null;
}

/** The events of a message stream, as far as they are read. */
export type WireEvent =
  | {
      readonly type: 'message_start';
      readonly message?: { readonly model?: string; readonly usage?: WireUsage };
    }
  | ({ readonly type: 'content_block_start' } & BlockStart)
  | ({ readonly type: 'content_block_delta' } & BlockDelta)
  | { readonly type: 'content_block_stop' }
  | {
      readonly type: 'message_delta';
      readonly delta?: { readonly stop_reason?: string | null; readonly stop_details?: StopDetails | null };
      readonly usage?: WireUsage;
    }
  | { readonly type: 'message_stop' };

/** Where a message without tools begins: of such a one only the text is kept. */
export const emptyMessage: PartialMessage = {
  text: '',
  blocks: null,
  model: null,
  stopReason: null,
  refusal: null,
  usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
  characters: 0,
  stopped: false,
};

/** The text an event brings: '' for every event and block that isn't text. */
export function textOf(event: WireEvent): string {
  if (event.type === 'content_block_start') return textField(event.content_block, 'text');
  if (event.type === 'content_block_delta') return textField(event.delta, 'text_delta');
  return '';
}

/** Folds one event in. Counts in the stream are cumulative, so the larger one holds. */
export function withEvent(message: PartialMessage, event: WireEvent): PartialMessage {
  const { blocks } = message;
  switch (event.type) {
    case 'message_start':
      return {
        ...message,
        model: event.message?.model ?? null,
        usage: mergeUsage(message.usage, event.message?.usage),
      };
    case 'content_block_start':
      return withContent(message, event, blocks && withBlockStart(blocks, event));
    case 'content_block_delta':
      return withContent(message, event, blocks && withBlockDelta(blocks, event));
    case 'message_delta':
      return {
        ...message,
        stopReason: event.delta?.stop_reason ?? message.stopReason,
        refusal: refusalIn(event.delta?.stop_details) ?? message.refusal,
        usage: mergeUsage(message.usage, event.usage),
      };
    case 'message_stop':
      return { ...message, stopped: true };
    case 'content_block_stop':
    default:
      return message;
  }
}

/** A reason newer than this code counts as a normal end: the answer is paid for, and whoever reads it checks it. */
export function knownStopReason(reason: string): StopReason {
  return stopReasons.find((known) => known === reason) ?? 'end_turn';
}

function withContent(
  message: PartialMessage,
  event: WireEvent,
  blocks: readonly OpenBlock[] | null,
): PartialMessage {
  const written = event.type === 'content_block_delta' ? writtenIn(event.delta) : textOf(event).length;
  return {
    ...message,
    text: message.text + textOf(event),
    blocks,
    characters: message.characters + written,
  };
}

function writtenIn(delta: Readonly<Record<string, unknown>> = {}): number {
  const { text, thinking, partial_json: json } = delta;
  return [text, thinking, json].reduce<number>(
    (sum, piece) => sum + (typeof piece === 'string' ? piece.length : 0),
    0,
  );
}

function textField(block: { readonly type?: string } | undefined, type: string): string {
  if (block?.type !== type || !('text' in block)) return '';
  return typeof block.text === 'string' ? block.text : '';
}

const MAX_REFUSAL_CHARACTERS = 500;

function refusalIn(details: StopDetails | null | undefined): string | null {
  if (details?.type !== 'refusal') return null;
  const { category, explanation } = details;
  const why = [
    ...(typeof explanation === 'string' && explanation.trim() !== '' ? [explanation.trim()] : []),
    ...(typeof category === 'string' && category !== '' ? [`(category: ${category})`] : []),
  ].join(' ');
  return why === '' ? null : why.slice(0, MAX_REFUSAL_CHARACTERS);
}

function mergeUsage(usage: TokenUsage, wire: WireUsage | undefined): TokenUsage {
  const webSearches = larger(usage.webSearches ?? 0, wire?.server_tool_use?.web_search_requests);
  return {
    inputTokens: larger(usage.inputTokens, wire?.input_tokens),
    outputTokens: larger(usage.outputTokens, wire?.output_tokens),
    cacheReadTokens: larger(usage.cacheReadTokens, wire?.cache_read_input_tokens),
    cacheWriteTokens: larger(usage.cacheWriteTokens, wire?.cache_creation_input_tokens),
    ...(webSearches > 0 && { webSearches }),
  };
}

function larger(count: number, wire: number | null | undefined): number {
  return typeof wire === 'number' && Number.isSafeInteger(wire) && wire > count ? wire : count;
}
