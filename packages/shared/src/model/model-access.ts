import { readFileSync } from 'node:fs';
import type { EndpointSettings } from '../settings/endpoints.ts';
import { SetupError } from '../settings/setup-error.ts';
import type { CommonSettings } from '../settings/settings.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { activeSpan } from '../telemetry/tracing.ts';
import { batchCaller } from './batch-outbox.ts';
import { withCacheHold } from './cache-hold.ts';
import { cachePaysBy, neverCached, type CachePays } from './cache-worth.ts';
import { withCachedPrompts } from './cached-prompts.ts';
import { batchedClaims, claimFactsOf } from './call-claim.ts';
import type { CallPurpose } from './call-purpose.ts';
import type { CallSamples } from './call-samples.ts';
import { alone, type Coordination } from './coordination.ts';
import { callCounts, withCounts } from './counted-llm.ts';
import {
  coordinationUnlessDraining,
  neverDraining,
  sleepUnlessDraining,
  unlessDraining,
} from './draining.ts';
import { fallbacksOf, withFallback, type Fallbacks } from './fallback-llm.ts';
import { withGovernor } from './governor.ts';
import { HedgeAllowance } from './hedge-allowance.ts';
import { withHedging, type Hedging } from './hedged-llm.ts';
import { withJournal, type Journal, type StepCaller } from './journaled-llm.ts';
import type { Llm, LlmRequest, LlmResponse, TokenUsage } from './llm.ts';
import { modelRouter } from './model-router.ts';
import { modelTiersWith, type ModelTiers } from './model-tiers.ts';
import { moneyOf, pricesWith, type Money, type PriceTable } from './prices.ts';
import { withRetries, type RetryInfo, type RetryOptions } from './retrying-llm.ts';
import { withSamples } from './sampled-llm.ts';
import { withSharedCalls } from './shared-calls.ts';
import { sleepUnlessCancelled } from './sleep-unless-cancelled.ts';
import {
  endpointNames,
  tellRetry,
  withCallSpans,
  withRequestEvents,
  type EndpointNames,
} from './traced-llm.ts';

/** How a process reaches its models. */
export interface ModelAccess {
  readonly tiers: ModelTiers;
  readonly structuredOutput: 'native' | 'prompt';
  /** The planner is asked for its plan in XML instead of JSON. */
  readonly plansInXml: boolean;
  /** Tokens that every tier's context window holds. */
  readonly contextTokens: number;
  readonly cachePays: CachePays;
  /** What calls and tasks took lately. */
  readonly samples: CallSamples;
  /** US dollars of calls of a model that use so much; null when its price is unknown. @param batched they go through batches. */
  costOf(model: string, usage: TokenUsage, batched?: boolean): number | null;
  /** Calls whose answers are kept in `journal`; `onRetry` is told of each wait. */
  callerFor(journal: Journal, purpose: CallPurpose, onRetry?: (info: RetryInfo) => void): StepCaller;
}

/** With what counts answers that nobody has called for. */
export interface CountingModelAccess extends ModelAccess {
  /** Counts an answer that came through a batch, and says what it cost. */
  batched(request: LlmRequest, response: LlmResponse): Money;
}

export type ModelSettings = EndpointSettings &
  Pick<
    CommonSettings,
    | 'MODEL_TIMEOUT'
    | 'MODEL_IDLE_TIMEOUT'
    | 'MODEL_PRICES_FILE'
    | 'STRUCTURED_OUTPUT'
    | 'MODEL_CONTEXT_TOKENS'
    | 'PROMPT_CACHE'
  >;

function loadPrices(path: string | undefined): PriceTable {
  try {
    return pricesWith(path === undefined ? {} : JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new SetupError(`MODEL_PRICES_FILE: ${path} can't be used: ${(error as Error).message}`);
  }
}

/** The endpoints that the settings name. */
export function modelOf(settings: ModelSettings): Llm {
  return modelRouter(settings);
}

interface CallingOptions {
  readonly retrying: RetryOptions;
  readonly hedging: Hedging;
  readonly prices: PriceTable;
  readonly fallbacks: Fallbacks;
  readonly endpoints: EndpointNames;
}

/** Outermost first: what each wrapper sees of a call is decided by this order. */
function callable(
  model: Llm,
  fleet: Coordination,
  purpose: CallPurpose,
  { retrying, hedging, prices, fallbacks, endpoints }: CallingOptions,
): Llm {
  const sampled = withSamples(model, fleet.samples, purpose.kind, prices);
  const held = withCacheHold(withGovernor(sampled, fleet.governor, purpose), fleet.firsts);
  const tried = withRetries(withFallback(held, fallbacks), retrying);
  return withCallSpans(
    withSharedCalls(withHedging(tried, hedging, purpose), fleet.firsts, purpose),
    endpoints,
  );
}

/** @param draining aborted when the process begins to stop: no call is begun from then on. */
export function openModelAccess(
  llm: Llm,
  settings: ModelSettings,
  metrics: Metrics,
  coordination: Coordination = alone,
  draining: AbortSignal = neverDraining,
): CountingModelAccess {
  const fleet = coordinationUnlessDraining(coordination, draining);
  const prices = loadPrices(settings.MODEL_PRICES_FILE);
  const cachePays = settings.PROMPT_CACHE ? cachePaysBy(prices) : neverCached;
  const tiers = modelTiersWith({
    fast: settings.MODEL_FAST,
    balanced: settings.MODEL_BALANCED,
    strong: settings.MODEL_STRONG,
  });
  const models = [...new Set(Object.values(tiers))];
  const counts = callCounts(metrics, prices, models);
  const endpoints = endpointNames(settings);
  const model = withCachedPrompts(withCounts(withRequestEvents(llm, endpoints), counts), cachePays);
  const fallbacks = fallbacksOf(settings);
  const hedging: Hedging = {
    samples: fleet.samples,
    allowance: new HedgeAllowance(),
    onHedged: (name, hasWon) => {
      metrics.modelHedges.inc({ model: name, won: String(hasWon) });
      activeSpan().event('baton.model.hedged', { 'gen_ai.request.model': name, 'baton.won': hasWon });
    },
  };
  return Object.freeze({
    tiers,
    structuredOutput: settings.STRUCTURED_OUTPUT === 'native' ? 'native' : 'prompt',
    contextTokens: settings.MODEL_CONTEXT_TOKENS,
    cachePays,
    plansInXml: settings.STRUCTURED_OUTPUT === 'xml',
    samples: fleet.samples,
    costOf: (name: string, usage: TokenUsage, batched?: boolean) =>
      moneyOf(name, usage, prices, batched).costUsd,
    batched: counts.answered,
    callerFor: (journal: Journal, purpose: CallPurpose, onRetry?: (info: RetryInfo) => void) => {
      const claims = claimFactsOf(prices, fleet.samples, purpose, models, settings.MODEL_TIMEOUT);
      const retrying: RetryOptions = {
        random: Math.random,
        sleep: sleepUnlessDraining(sleepUnlessCancelled, draining),
        onRetry: (info) => {
          counts.retried(info.error.type);
          tellRetry(info);
          onRetry?.(info);
        },
      };
      const through = (inner: Llm): StepCaller => withJournal(inner, journal, prices, batchedClaims(claims));
      const atOnce = callable(model, fleet, purpose, { retrying, hedging, prices, fallbacks, endpoints });
      const normal = withJournal(atOnce, journal, prices, claims, counts.journal);
      const caller = batchCaller(fleet.batches, journal, purpose, { normal, through }) ?? normal;
      return unlessDraining(caller, draining);
    },
  });
}
