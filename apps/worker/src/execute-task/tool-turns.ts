import type { ToolResult } from '@baton/shared/ledger/tool-journal';
import type { LlmBlock, LlmMessage, LlmResponse } from '@baton/shared/model/llm';

/** A call that a model asks for. */
export interface ToolUse {
  readonly id: string;
  /** As the model calls the tool. */
  readonly name: string;
  readonly input: unknown;
}

/** What a model is told of a call. */
export type ToldResult = Pick<ToolResult, 'text' | 'isError'>;

export function toolUsesOf({ stopReason, blocks = [] }: LlmResponse): ToolUse[] {
  if (stopReason !== 'tool_use') return [];
  return blocks
    .filter(({ type }) => type === 'tool_use')
    .map(({ id, name, input }) => ({ id: String(id), name: String(name), input: input ?? {} }));
}

const NO_TEXT = '(The tool gave no text.)';

/** The user turn that tells the results, in the order of the calls. @param note follows them */
export function resultsTurn(
  uses: readonly ToolUse[],
  results: readonly ToldResult[],
  note: string | null,
): LlmMessage {
  const blocks = results.map(({ text, isError }, index): LlmBlock => ({
    type: 'tool_result',
    tool_use_id: uses[index]?.id ?? '',
    content: text.trim() === '' ? NO_TEXT : text,
    ...(isError && { is_error: true }),
  }));
  return {
    role: 'user',
    text: '',
    blocks: note === null ? blocks : [...blocks, { type: 'text', text: note }],
  };
}
