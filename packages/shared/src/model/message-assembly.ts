import { stopReasons, type StopReason, type TokenUsage } from './llm.ts';

/** What has come of a streamed message so far. */
export interface PartialMessage {
  readonly text: string;
  readonly model: string | null;
  readonly stopReason: string | null;
  readonly usage: TokenUsage;
  /** True from `message_stop` on: nothing more will come. */
  readonly stopped: boolean;
}

/** The counts of a `usage` object on the wire; servers leave fields out or send null. */
interface WireUsage {
  readonly input_tokens?: number | null;
  readonly output_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
}

/** The events of a message stream, as far as they are read. */
export type WireEvent =
  | {
      readonly type: 'message_start';
      readonly message?: { readonly model?: string; readonly usage?: WireUsage };
    }
  | { readonly type: 'content_block_start'; readonly content_block?: { readonly type?: string } }
  | { readonly type: 'content_block_delta'; readonly delta?: { readonly type?: string } }
  | { readonly type: 'content_block_stop' }
  | {
      readonly type: 'message_delta';
      readonly delta?: { readonly stop_reason?: string | null };
      readonly usage?: WireUsage;
    }
  | { readonly type: 'message_stop' };

export const emptyMessage: PartialMessage = {
  text: '',
  model: null,
  stopReason: null,
  usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
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
  switch (event.type) {
    case 'message_start':
      return {
        ...message,
        model: event.message?.model ?? null,
        usage: mergeUsage(message.usage, event.message?.usage),
      };
    case 'content_block_start':
    case 'content_block_delta':
      return { ...message, text: message.text + textOf(event) };
    case 'message_delta':
      return {
        ...message,
        stopReason: event.delta?.stop_reason ?? message.stopReason,
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

function textField(block: { readonly type?: string } | undefined, type: string): string {
  if (block?.type !== type || !('text' in block)) return '';
  return typeof block.text === 'string' ? block.text : '';
}

function mergeUsage(usage: TokenUsage, wire: WireUsage | undefined): TokenUsage {
  return {
    inputTokens: larger(usage.inputTokens, wire?.input_tokens),
    outputTokens: larger(usage.outputTokens, wire?.output_tokens),
    cacheReadTokens: larger(usage.cacheReadTokens, wire?.cache_read_input_tokens),
    cacheWriteTokens: larger(usage.cacheWriteTokens, wire?.cache_creation_input_tokens),
  };
}

function larger(count: number, wire: number | null | undefined): number {
  return typeof wire === 'number' && Number.isSafeInteger(wire) && wire > count ? wire : count;
}
