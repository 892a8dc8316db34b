import { ModelError, type LlmBlock, type LlmRequest, type LlmResponse } from './llm.ts';
import { finishedBlocks } from './message-blocks.ts';
import {
  emptyMessage,
  knownStopReason,
  withEvent,
  type PartialMessage,
  type WireEvent,
} from './message-assembly.ts';
import type { BatchEnd, BatchResult } from './message-batches.ts';
import { sourcesOf } from './web-sources.ts';

type Started = Extract<WireEvent, { type: 'message_start' }>['message'];
type Stopped = Extract<WireEvent, { type: 'message_delta' }>['delta'];

/** A whole message, as far as it is read. */
type WireMessage = NonNullable<Started> &
  NonNullable<Stopped> & { readonly content?: readonly LlmBlock[] | null };

/** A line of a batch's results. */
export interface WireResult {
  readonly custom_id?: string;
  readonly result?:
    | { readonly type: 'succeeded'; readonly message?: WireMessage }
    | {
        readonly type: 'errored';
        readonly error?: {
          readonly error?: { readonly type?: string; readonly message?: string };
          readonly request_id?: string | null;
        };
      }
    | { readonly type: 'canceled' | 'expired' };
}

/** Errors of the endpoint itself: the same request may succeed in another batch. */
const passing: ReadonlySet<string> = new Set([
  'api_error',
  'overloaded_error',
  'rate_limit_error',
  'timeout_error',
]);

/** @param isSimulated no model has answered. */
export function batchResult(line: WireResult, isSimulated: boolean): BatchResult {
  return { customId: line.custom_id ?? '', end: endOf(line, isSimulated) };
}

function endOf({ result }: WireResult, isSimulated: boolean): BatchEnd {
  if (result === undefined) return unreadable;
  switch (result.type) {
    case 'succeeded': {
      const { message } = result;
      if (typeof message?.stop_reason === 'string') {
        return { kind: 'answered', answer: (request) => answerOf(message, request, isSimulated) };
      }
      return unreadable;
    }
    case 'errored': {
      const { type = 'api_error', message = 'the endpoint does not say why' } = result.error?.error ?? {};
      const error = new ModelError(`The endpoint refused the request in its batch (${type}: ${message})`, {
        failure: passing.has(type) ? { kind: 'retryable', retryAfterMs: null } : { kind: 'terminal' },
        type,
        requestId: result.error?.request_id ?? null,
      });
      return { kind: 'failed', error };
    }
    case 'canceled':
    case 'expired':
      return { kind: 'untried', why: result.type };
    default:
      return unreadable;
  }
}

const unreadable: BatchEnd = Object.freeze({ kind: 'unreadable' });

/** Read by the same code as a streamed one. */
function answerOf(wire: WireMessage, { model, tools = [] }: LlmRequest, simulated: boolean): LlmResponse {
  const { usage, content } = wire;
  const events: WireEvent[] = [
    { type: 'message_start', message: wire },
    ...(content ?? []).map((block, index) => ({
      type: 'content_block_start' as const,
      index,
      content_block: block,
    })),
    { type: 'message_delta', delta: wire, ...(usage && { usage }) },
  ];
  const empty: PartialMessage = { ...emptyMessage, blocks: tools.length === 0 ? null : [] };
  const message = events.reduce(withEvent, empty);
  const blocks = message.blocks === null ? null : finishedBlocks(message.blocks);
  const sources = sourcesOf(blocks ?? []);
  return {
    text: message.text,
    stopReason: knownStopReason(message.stopReason ?? ''),
    usage: message.usage,
    model: message.model ?? model,
    requestId: null,
    simulated,
    batched: true,
    ...(blocks !== null && { blocks }),
    ...(sources.length > 0 && { sources }),
    ...(message.refusal !== null && { refusal: message.refusal }),
  };
}
