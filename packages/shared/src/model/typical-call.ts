import type { Sample, Typical } from './call-samples.ts';

/** The least of the values that `share` (0 to 1) of them do not exceed. @param values not empty */
export function percentile(values: readonly number[], share: number): number {
  const rising = values.toSorted((one, other) => one - other);
  return rising[Math.max(0, Math.ceil(share * rising.length) - 1)] ?? 0;
}

/** What the samples have in common; null for none. */
export function typicalOf(samples: readonly Sample[]): Typical | null {
  if (samples.length === 0) return null;
  const ms = samples.map((sample) => sample.ms);
  const costs = samples.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]));
  return Object.freeze({
    samples: samples.length,
    p50Ms: percentile(ms, 0.5),
    p90Ms: percentile(ms, 0.9),
    p95Ms: percentile(ms, 0.95),
    p90InputTokens: percentile(
      samples.map((sample) => sample.inputTokens),
      0.9,
    ),
    p90OutputTokens: percentile(
      samples.map((sample) => sample.outputTokens),
      0.9,
    ),
    p90CostUsd: costs.length === 0 ? null : percentile(costs, 0.9),
  });
}
