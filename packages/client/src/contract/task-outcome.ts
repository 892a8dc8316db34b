export type OutcomeStatus = 'succeeded' | 'partial' | 'failed' | 'skipped' | 'cancelled';

export type TaskStatus = 'pending' | 'queued' | 'running' | OutcomeStatus;

/** Model calls and tokens, and what they cost in US dollars; `costUsd` is null when a model's price is unknown. */
export interface Usage {
  calls: number;
  possiblyRepeatedCalls: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  costUsd: number | null;
}
