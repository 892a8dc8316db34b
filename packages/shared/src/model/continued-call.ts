import { continuationPrompt } from '@baton/plan/prompts/continuation-prompt';
import { promptTokens } from './call-claim.ts';
import type { StepCall, StepCaller, StepCallOptions } from './journaled-llm.ts';
import {
  isCutOff,
  ModelError,
  type LlmBlock,
  type LlmCallOptions,
  type LlmMessage,
  type LlmRequest,
  type LlmResponse,
} from './llm.ts';

/** A text that was cut off is gone on with at most so often. */
export const MOST_CONTINUATIONS = 3;
/** A turn that the model has paused is sent back at most so often. */
export const MOST_PAUSES = 5;
/** For what an estimate gets wrong. */
const SPARE_TOKENS = 500;
/** Less room than this is not worth a call. */
const FEWEST_TOKENS = 500;

export interface ContinuedRequest {
  readonly caller: StepCaller;
  readonly request: LlmRequest;
  /** The calls after the first are journaled as `<step>.more-1`, `<step>.more-2`, … */
  readonly options: StepCallOptions;
  /** Tokens that the model's window holds, the answer included. */
  readonly contextTokens: number;
  /** False keeps a text that was cut off as it is: whoever set the limit wants no more. */
  readonly goesOn: boolean;
}

/** An answer that may have taken several calls. */
export interface ContinuedAnswer {
  readonly text: string;
  /** Of the last call whose answer counts. */
  readonly last: LlmResponse;
  /** It ends where it had to, not where it would have. */
  readonly cutOff: boolean;
  /** What was said after the request's messages, to be sent back before whatever comes next. */
  readonly turns: readonly LlmMessage[];
  /** In order. */
  readonly calls: readonly StepCall[];
}

/**
 * Asks for an answer, and for the rest of it where its tokens ran out or the model paused. All pieces go through
 * `options.onText` as one text; a piece that is void is told as the void of the whole, followed by what still holds.
 *
 * A text that was cut off stands as it is when the call for its rest fails; rejects as `caller.call` does otherwise.
 */
export async function continuedCall(asked: ContinuedRequest): Promise<ContinuedAnswer> {
  const { caller, request, options } = asked;
  const first = await caller.call(request, options);
  let answer = answerOf([], first, []);
  let pauses = 0;
  let continuations = 0;
  for (;;) {
    const next = nextTurns(answer, asked);
    if (next === null) return answer;
    if (answer.last.stopReason === 'pause_turn') pauses += 1;
    else continuations += 1;
    if (pauses > MOST_PAUSES || continuations > MOST_CONTINUATIONS) return answer;
    const step = `${options.step}.more-${answer.calls.length}`;
    const told = { ...options, step, ...replaying(answer.text, options) };
    const call = await callForMore(caller, next, told, answer);
    if (call === null) return answer;
    answer = answerOf(answer.calls, call, next.turns);
  }
}

function answerOf(
  before: readonly StepCall[],
  call: StepCall,
  turns: readonly LlmMessage[],
): ContinuedAnswer {
  const calls = [...before, call];
  const { response: last } = call;
  const { text, blocks } = last;
  return {
    text: calls.map(({ response }) => response.text).join(''),
    last,
    cutOff: isCutOff(last) || last.stopReason === 'pause_turn',
    turns: [...turns, { role: 'assistant', text, ...(blocks && { blocks }) }],
    calls,
  };
}

/** When a later piece is void, those before it still hold. */
function replaying(text: string, { onText, onLost, onVoid }: LlmCallOptions) {
  const again = (tell: (() => void) | undefined) => (): void => {
    tell?.();
    if (text !== '') onText?.(text);
  };
  return { onLost: again(onLost), onVoid: again(onVoid) };
}

function withTurns(request: LlmRequest, turns: readonly LlmMessage[]): LlmRequest {
  return { ...request, messages: [...request.messages, ...turns] };
}

interface Next {
  readonly request: LlmRequest;
  /** The turns of `request` after the messages that were asked first. */
  readonly turns: readonly LlmMessage[];
}

/** What to ask for the rest; null when the answer is whole, or can't be gone on with. */
function nextTurns(
  answer: ContinuedAnswer,
  { request, contextTokens, goesOn }: ContinuedRequest,
): Next | null {
  const { last } = answer;
  if (last.stopReason === 'pause_turn') {
    return last.blocks === undefined
      ? null
      : { request: withTurns(request, answer.turns), turns: answer.turns };
  }
  if (last.stopReason !== 'max_tokens' || !goesOn || last.text.trim() === '') return null;
  if (callsTool(last.blocks ?? [])) return null;
  const turns: LlmMessage[] = [...answer.turns, { role: 'user', text: continuationPrompt }];
  const longer = withTurns(request, turns);
  const room = contextTokens - promptTokens(longer) - SPARE_TOKENS;
  if (room < FEWEST_TOKENS) return null;
  return { request: { ...longer, maxTokens: Math.min(request.maxTokens, room) }, turns };
}

/** Whether a call of a tool is left without its result, which no turn but the result's may follow. */
function callsTool(blocks: readonly LlmBlock[]): boolean {
  const answered = new Set(blocks.map((block) => block['tool_use_id']));
  return blocks.some(
    ({ type, id }) => type === 'tool_use' || (type === 'server_tool_use' && !answered.has(id)),
  );
}

async function callForMore(
  caller: StepCaller,
  { request }: Next,
  options: StepCallOptions,
  { last }: ContinuedAnswer,
): Promise<StepCall | null> {
  try {
    const call = await caller.call(request, options);
    if (isCutOff(last) && call.response.stopReason === 'refusal') return null;
    return call;
  } catch (error) {
    const isFinal = error instanceof ModelError && error.failure.kind !== 'cancelled';
    if (isCutOff(last) && isFinal) return null;
    throw error;
  }
}
