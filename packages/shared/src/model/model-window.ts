/** For what an estimate gets wrong, and what an endpoint adds of its own. */
const SPARE_TOKENS = 500;

export interface ModelWindow {
  /** The most that the answer may take; at most a quarter of the window. */
  readonly answerTokens: number;
  readonly promptTokens: number;
}

/** How a context window is shared out between a prompt and its answer, in tokens. */
export function windowOf(contextTokens: number, mostAnswerTokens: number): ModelWindow {
  const answerTokens = Math.min(mostAnswerTokens, Math.floor(contextTokens / 4));
  return { answerTokens, promptTokens: contextTokens - answerTokens - SPARE_TOKENS };
}
