/** What calls may spend together; at least one of the two is given. */
export interface Budget {
  /** Tokens of prompts and answers together, cached ones included. */
  readonly maxTokens?: number | undefined;
  /** US dollars. Calls of models without a known price are then refused. */
  readonly maxCostUsd?: number | undefined;
}
