import { withReviews, type Reviewing, type TierForecast, type Work } from '@baton/plan/forecast';
import type { ModelTier } from '@baton/plan/worker-type';
import { sampleKind, type SampleFacts } from '@baton/shared/model/sample-kind';
import type { Typical } from '@baton/shared/model/call-samples';
import type { ModelAccess } from '@baton/shared/model/model-access';
import { sumOf } from '@baton/shared/model/prices';

export type Forecasting = Pick<ModelAccess, 'samples' | 'tiers' | 'costOf'>;

/** Past tasks without which there is no history: one or two may have been odd ones. */
export const LEAST_SAMPLES = 3;

/** What is to be forecast for one tier. */
export interface WorkToForecast {
  /** A worker type, or a role such as `:synthesis`. */
  readonly of: string;
  readonly tier: ModelTier;
  readonly facts: SampleFacts;
  /** Of one version, without reviews. */
  readonly prior: Work;
  /** Tokens that its prompt takes at the least. */
  readonly leastPrompt: number;
}

/** A forecast, and what it is made of. */
export interface WorkForecast extends TierForecast {
  /** Of the result. */
  readonly outputTokens: number;
  /** All of its prompts and answers. */
  readonly whole: Pick<Work, 'inputTokens' | 'outputTokens'>;
}

const judgesTier: ModelTier = 'balanced';

/** By history with the same reviews; else by history without reviews and a guess for these; else by guesses. */
export async function forecastWork(
  { samples, tiers, costOf }: Forecasting,
  { of, tier, facts, prior, leastPrompt }: WorkToForecast,
): Promise<WorkForecast> {
  const model = tiers[tier];
  const { options, latency = options.latency } = facts;
  const isBatched = latency === 'relaxed';
  const reviewing: Reviewing = { rounds: options.reviewRounds ?? 0, judges: options.judges ?? 1 };
  const usual = async (kind: SampleFacts): Promise<Typical | null> => {
    const typical = await samples.typical('tasks', sampleKind(of, kind), model);
    return typical && typical.samples >= LEAST_SAMPLES ? typical : null;
  };
  const cost = (name: string, { inputTokens, outputTokens }: Omit<Work, 'seconds'>): number | null =>
    costOf(name, { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 }, isBatched);

  const whole = await usual(facts);
  if (whole) return { tier, ...ofHistory(whole), sure: needOfHistory(whole) };
  const bare =
    reviewing.rounds === 0 ? null : await usual({ ...facts, options: { ...options, reviewRounds: 0 } });
  const work = bare ? workOfHistory(bare) : prior;
  const { own, judging } = withReviews(work, reviewing);
  const ownCost = bare
    ? bare.p90CostUsd === null
      ? null
      : (bare.p90CostUsd * own.outputTokens) / Math.max(1, work.outputTokens)
    : cost(model, own);
  return {
    tier,
    tokens: Math.ceil(own.inputTokens + own.outputTokens + judging.inputTokens + judging.outputTokens),
    costUsd: sumOf(ownCost, reviewing.rounds === 0 ? 0 : cost(tiers[judgesTier], judging)),
    seconds: own.seconds + judging.seconds,
    samples: bare?.samples ?? 0,
    basis: bare ? 'history' : 'prior',
    outputTokens: work.outputTokens,
    whole: {
      inputTokens: own.inputTokens + judging.inputTokens,
      outputTokens: own.outputTokens + judging.outputTokens,
    },
    sure: bare
      ? needOfHistory(bare)
      : { tokens: leastPrompt, costUsd: cost(model, { inputTokens: leastPrompt, outputTokens: 0 }) },
  };
}

function workOfHistory({ p90InputTokens, p90OutputTokens, p90Ms }: Typical): Work {
  return { inputTokens: p90InputTokens, outputTokens: p90OutputTokens, seconds: p90Ms / 1_000 };
}

function needOfHistory({ p90InputTokens, p90OutputTokens, p90CostUsd }: Typical) {
  return { tokens: p90InputTokens + p90OutputTokens, costUsd: p90CostUsd };
}

function ofHistory(typical: Typical) {
  const { p90Ms, p90InputTokens, p90OutputTokens, samples } = typical;
  const whole = { inputTokens: p90InputTokens, outputTokens: p90OutputTokens };
  const history = { samples, basis: 'history', outputTokens: p90OutputTokens, whole } as const;
  return { ...needOfHistory(typical), seconds: p90Ms / 1_000, ...history };
}

/** The same work at another tier's price: what a cheaper model takes that has no history of its own. */
export function atPriceOf(
  { tiers, costOf }: Forecasting,
  forecast: WorkForecast,
  tier: ModelTier,
  isBatched: boolean,
): WorkForecast {
  const usage = { ...forecast.whole, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const costUsd = costOf(tiers[tier], usage, isBatched);
  return { ...forecast, tier, costUsd, sure: { tokens: forecast.sure.tokens, costUsd } };
}
