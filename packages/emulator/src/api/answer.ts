import type { JsonObject } from '../json.ts';
import type { MessagesRequest } from './messages-request.ts';
import { tokensIn, usageReport, type InputUsage } from './usage.ts';

export type ContentBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'text'; readonly text: string; readonly citations: readonly JsonObject[] | null }
  | {
      readonly type: 'tool_use' | 'server_tool_use';
      readonly id: string;
      readonly name: string;
      readonly input: JsonObject;
      readonly caller: JsonObject;
    }
  | {
      readonly type: 'web_search_tool_result' | 'web_fetch_tool_result';
      readonly tool_use_id: string;
      readonly content: JsonObject | readonly JsonObject[];
      readonly caller: JsonObject;
    };

export type StopReason = 'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use' | 'pause_turn' | 'refusal';

/** What the model is made to say, before it has an id and a price. */
export interface Answer {
  readonly blocks: readonly ContentBlock[];
  readonly stopReason: StopReason;
  readonly stopSequence: string | null;
  readonly stopDetails: JsonObject | null;
}

/** An answer as the API sends it. */
export interface Message {
  readonly answer: Answer;
  readonly usage: JsonObject;
  /** The whole message, as a call that does not stream gets it. */
  readonly json: JsonObject;
}

export function textAnswer(text: string): Answer {
  return {
    blocks: text === '' ? [] : [{ type: 'text', text, citations: null }],
    stopReason: 'end_turn',
    stopSequence: null,
    stopDetails: null,
  };
}

/** Ends the text at the first stop sequence, or where `max_tokens` runs out. */
export function withinLimits(text: string, request: MessagesRequest): Answer {
  const stops = request.stopSequences
    .map((sequence) => ({ sequence, at: text.indexOf(sequence) }))
    .filter((stop) => stop.at !== -1)
    .toSorted((a, b) => a.at - b.at);
  const stop = stops[0];
  const kept = stop === undefined ? text : text.slice(0, stop.at);
  if (tokensIn(kept.length) > request.maxTokens) return truncated(kept, request.maxTokens * 4);
  if (stop === undefined) return textAnswer(kept);
  return { ...textAnswer(kept), stopReason: 'stop_sequence', stopSequence: stop.sequence };
}

/** The first `characters` of a text, as a model that ran out of tokens leaves it. */
export function truncated(text: string, characters: number): Answer {
  const kept = text.slice(0, characters).replace(/[\uD800-\uDBFF]$/, '');
  return { ...textAnswer(kept), stopReason: 'max_tokens' };
}

export function withThinking(answer: Answer, request: MessagesRequest): Answer {
  if (request.thinking === 'off' || answer.stopReason === 'refusal') return answer;
  const thinking = request.thinking === 'omitted' ? '' : 'Simulated thinking: no model was called.';
  return { ...answer, blocks: [{ type: 'thinking', thinking, signature: 'c2ltdWxhdGVk' }, ...answer.blocks] };
}

export function messageOf(answer: Answer, id: string, model: string, input: InputUsage): Message {
  const usage = usageReport(input, outputTokens(answer), thinkingTokens(answer), serverRequests(answer));
  const json = {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: answer.blocks,
    stop_reason: answer.stopReason,
    stop_sequence: answer.stopSequence,
    stop_details: answer.stopDetails,
    container: null,
    diagnostics: null,
    usage,
  };
  return { answer, usage, json };
}

export function outputTokens(answer: Answer): number {
  const characters = answer.blocks.reduce((sum, block) => sum + blockText(block).length, 0);
  return Math.max(1, tokensIn(characters));
}

/** What a block says, as the deltas of a stream spell it: nothing of what a tool of the endpoint brought. */
export function blockText(block: ContentBlock): string {
  if (block.type === 'text') return block.text;
  if (block.type === 'thinking') return block.thinking;
  return 'input' in block ? JSON.stringify(block.input) : '';
}

function serverRequests(answer: Answer): { readonly searches: number; readonly fetches: number } {
  const countOf = (type: ContentBlock['type']): number =>
    answer.blocks.filter((block) => block.type === type).length;
  return { searches: countOf('web_search_tool_result'), fetches: countOf('web_fetch_tool_result') };
}

function thinkingTokens(answer: Answer): number {
  const thinking = answer.blocks.find((block) => block.type === 'thinking');
  return thinking === undefined ? 0 : tokensIn(blockText(thinking).length);
}
