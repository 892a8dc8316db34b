/** One call, or one task with all its calls. */
export interface Sample {
  readonly ms: number;
  /** Of its prompts, cached ones included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number | null;
}

/** What was usual lately. `p90`: nine of ten took no more. */
export interface Typical {
  /** How many it rests on; at least 1. */
  readonly samples: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p90InputTokens: number;
  readonly p90OutputTokens: number;
  /** Null when none of them has a known cost. */
  readonly p90CostUsd: number | null;
}

export type SampleOf = 'calls' | 'tasks';

/** How long calls and tasks of a kind took lately with a model, and what they used; the latest few hundred of each. */
export interface CallSamples {
  /** Written when Redis can take it; lost without a word when it can't. */
  note(of: SampleOf, kind: string, model: string, sample: Sample): void;
  /** Null when there are none, or when they can't be read. May be some seconds old. */
  typical(of: SampleOf, kind: string, model: string): Promise<Typical | null>;
}

/** Keeps nothing. */
export const noSamples: CallSamples = Object.freeze({
  note: () => undefined,
  typical: async () => null,
});
