import type { LlmBlock, LlmMessage, LlmRequest } from './llm.ts';
import { wireTool } from './wire-tools.ts';

/** The body of a request to create a message, streamed or in a batch. */
export interface MessageParams {
  readonly model: string;
  readonly max_tokens: number;
  readonly system?: string;
  readonly messages: { readonly role: LlmMessage['role']; readonly content: string | LlmBlock[] }[];
  readonly output_config?: object;
  readonly tools?: object[];
  readonly tool_choice?: { readonly type: 'none' };
  readonly cache_control?: { readonly type: 'ephemeral' };
}

/** Holds nothing that the API answers 400 to, as far as a request can tell. */
export function messageParams(request: LlmRequest): MessageParams {
  const { tools = [] } = request;
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    messages: request.messages.map((message) => ({ role: message.role, content: contentOf(message) })),
    ...(request.system !== '' && { system: wellFormed(request.system) }),
    ...(request.jsonSchema !== null && {
      output_config: { format: { type: 'json_schema', schema: request.jsonSchema } },
    }),
    ...(tools.length > 0 && { tools: tools.map(wireTool) }),
    ...(request.toolChoice !== undefined && { tool_choice: { type: request.toolChoice } }),
    ...(request.cacheAll === true && { cache_control: { type: 'ephemeral' } }),
  };
}

function contentOf({ text, shared, blocks }: LlmMessage): string | LlmBlock[] {
  if (blocks !== undefined) return blocks.filter((block) => !isBlank(block)).map(wellFormedBlock);
  if (shared === undefined) return wellFormed(text);
  const rest: LlmBlock = { type: 'text', text: wellFormed(text) };
  return [
    { type: 'text', text: wellFormed(shared), cache_control: { type: 'ephemeral' } },
    ...(isBlank(rest) ? [] : [rest]),
  ];
}

/** A model may send empty text between its tool calls, and the API takes none back. */
function isBlank({ type, text }: LlmBlock): boolean {
  return type === 'text' && typeof text === 'string' && text.trim() === '';
}

const HALF_PAIR = /\p{Surrogate}/gu;

/** The API refuses a body that holds half a surrogate pair, as a clipped text may. */
function wellFormed(text: string): string {
  return text.replaceAll(HALF_PAIR, '\u{FFFD}');
}

function wellFormedBlock(block: LlmBlock): LlmBlock {
  // A lone half is written out by JSON as an escape: most blocks need no second look.
  if (!/\\ud[89a-f]/i.test(JSON.stringify(block))) return block;
  const mended: unknown = JSON.parse(JSON.stringify(block), (_key, value: unknown) =>
    typeof value === 'string' ? wellFormed(value) : value,
  );
  return mended as LlmBlock;
}
