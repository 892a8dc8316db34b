import type { JsonObject } from '../json.ts';

/** Tokens of a prompt: `input` outside the cache, `read` from it, `written` to it. */
export interface InputUsage {
  readonly input: number;
  readonly read: number;
  readonly written: number;
  readonly lifetime: '5m' | '1h' | null;
}

/** An estimate: four characters to a token, and at least one token for any text. */
export function tokensIn(characters: number): number {
  return Math.ceil(characters / 4);
}

/** The `usage` of a message, with every field the API sends. */
export function usageReport(
  input: InputUsage,
  outputTokens: number,
  thinkingTokens: number,
  { searches, fetches }: { readonly searches: number; readonly fetches: number },
): JsonObject {
  return {
    input_tokens: input.input,
    output_tokens: outputTokens,
    cache_creation_input_tokens: input.written,
    cache_read_input_tokens: input.read,
    cache_creation: {
      ephemeral_5m_input_tokens: input.lifetime === '1h' ? 0 : input.written,
      ephemeral_1h_input_tokens: input.lifetime === '1h' ? input.written : 0,
    },
    output_tokens_details: { thinking_tokens: thinkingTokens },
    server_tool_use:
      searches + fetches === 0 ? null : { web_search_requests: searches, web_fetch_requests: fetches },
    service_tier: 'standard',
    inference_geo: null,
    speed: 'standard',
  };
}

/** The `usage` of a `message_delta` event. */
export function deltaUsage(usage: JsonObject): JsonObject {
  return {
    input_tokens: usage['input_tokens'],
    output_tokens: usage['output_tokens'],
    cache_creation_input_tokens: usage['cache_creation_input_tokens'],
    cache_read_input_tokens: usage['cache_read_input_tokens'],
    output_tokens_details: usage['output_tokens_details'],
    server_tool_use: usage['server_tool_use'],
  };
}
