import { RESULT_TEXT } from '../side.mjs';

/**
 * A model that has answered before it was asked, in process: what remains is Baton. It counts tokens, so that their
 * bookkeeping runs, and streams its answer in one piece.
 * @type {import('@baton/shared/model/llm').Llm}
 */
export const noOpModel = {
  async call(request, { onText }) {
    onText?.(RESULT_TEXT);
    return {
      text: RESULT_TEXT,
      stopReason: 'end_turn',
      usage: { inputTokens: 900, outputTokens: 20, cacheReadTokens: 0, cacheWriteTokens: 0 },
      model: request.model,
      requestId: null,
      simulated: false,
    };
  },
};
