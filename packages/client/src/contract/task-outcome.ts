export type OutcomeStatus = 'succeeded' | 'partial' | 'failed' | 'skipped' | 'cancelled';

export type TaskStatus = 'pending' | 'queued' | 'running' | OutcomeStatus;

/** Model calls, tokens and searches, and what they cost in US dollars; costs are null when a price is unknown. */
export interface Usage {
  calls: number;
  possiblyRepeatedCalls: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  /** Searches that the endpoint made for its model, priced apart from tokens. */
  webSearches: number;
  costUsd: number | null;
  /** Saved by prompt caches and batches against the plain price; below 0 while a cache was written and not yet read. */
  savedUsd: number | null;
}
