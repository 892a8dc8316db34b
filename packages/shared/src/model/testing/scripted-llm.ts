import type { Llm, LlmCallOptions, LlmRequest, LlmResponse } from '../llm.ts';

/** A response to be given, an error to be thrown, or what to do. */
export type ScriptLine =
  | Partial<LlmResponse>
  | Error
  | ((request: LlmRequest, options: LlmCallOptions) => Promise<LlmResponse>);

export interface ScriptedLlm extends Llm {
  readonly requests: readonly LlmRequest[];
}

export const plainResponse: LlmResponse = {
  text: 'ok',
  stopReason: 'end_turn',
  usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 },
  model: 'claude-sonnet-5-5',
  requestId: null,
  simulated: false,
};

/** Says its lines in order and throws when they run out. */
export function scriptedLlm(...lines: readonly ScriptLine[]): ScriptedLlm {
  const left = [...lines];
  const requests: LlmRequest[] = [];
  return {
    requests,
    async call(request, options) {
      const line = left.shift();
      if (line === undefined) throw new Error(`The script has no line for call ${requests.length + 1}`);
      requests.push(request);
      if (line instanceof Error) throw line;
      if (typeof line === 'function') return line(request, options);
      const response = { ...plainResponse, ...line };
      options.onText?.(response.text);
      return response;
    },
  };
}
