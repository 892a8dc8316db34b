import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from '../settings/setup-error.ts';
import type { CommonSettings } from '../settings/settings.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createAnthropicLlm } from './anthropic.ts';
import { batchCaller } from './batch-outbox.ts';
import { withCacheHold } from './cache-hold.ts';
import type { CallPurpose } from './call-purpose.ts';
import { alone, type Coordination } from './coordination.ts';
import { withFallback } from './fallback-llm.ts';
import { withGovernor } from './governor.ts';
import { withHedging } from './hedged-llm.ts';
import { withJournal, type Journal, type StepCaller } from './journaled-llm.ts';
import type { Llm } from './llm.ts';
import { modelTiersWith, type ModelTiers } from './model-tiers.ts';
import { paidUsage } from './paid-usage.ts';
import { moneyOfResponse, pricesWith, type PriceTable } from './prices.ts';
import { withRetries, type RetryInfo, type RetryOptions } from './retrying-llm.ts';
import { withSharedCalls } from './shared-calls.ts';

/** How a process reaches its models. */
export interface ModelAccess {
  readonly tiers: ModelTiers;
  readonly structuredOutput: 'native' | 'prompt';
  /** The planner is asked for its plan in XML instead of JSON. */
  readonly plansInXml: boolean;
  /** Tokens that every tier's context window holds. */
  readonly contextTokens: number;
  /** Calls whose answers are kept in `journal`; `onRetry` is told of each wait. */
  callerFor(journal: Journal, purpose: CallPurpose, onRetry?: (info: RetryInfo) => void): StepCaller;
}

export type ModelSettings = Pick<
  CommonSettings,
  | 'ANTHROPIC_API_KEY'
  | 'ANTHROPIC_BASE_URL'
  | 'MODEL_FAST'
  | 'MODEL_BALANCED'
  | 'MODEL_STRONG'
  | 'MODEL_TIMEOUT'
  | 'MODEL_IDLE_TIMEOUT'
  | 'MODEL_PRICES_FILE'
  | 'STRUCTURED_OUTPUT'
  | 'MODEL_CONTEXT_TOKENS'
>;

/** For servers that ask for no key. */
const NO_KEY = 'none';

function counted(llm: Llm, metrics: Metrics, prices: PriceTable): Llm {
  return {
    async call(request, options) {
      const response = await llm.call(request, options);
      const { model, stopReason } = response;
      const usage = paidUsage(response);
      metrics.modelCalls.inc({ model, stop_reason: stopReason });
      metrics.modelTokens.inc({ model, kind: 'input' }, usage.inputTokens);
      metrics.modelTokens.inc({ model, kind: 'output' }, usage.outputTokens);
      metrics.modelTokens.inc({ model, kind: 'cache_read' }, usage.cacheReadTokens);
      metrics.modelTokens.inc({ model, kind: 'cache_write' }, usage.cacheWriteTokens);
      metrics.modelCostUsd.inc({ model }, moneyOfResponse(request, response, prices).costUsd ?? 0);
      return response;
    },
  };
}

function loadPrices(path: string | undefined): PriceTable {
  try {
    return pricesWith(path === undefined ? {} : JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new SetupError(`MODEL_PRICES_FILE: ${path} can't be used: ${(error as Error).message}`);
  }
}

/** The Messages API that the settings name. */
export function modelOf(settings: ModelSettings): Llm {
  return createAnthropicLlm({
    apiKey: settings.ANTHROPIC_API_KEY ?? NO_KEY,
    baseUrl: settings.ANTHROPIC_BASE_URL ?? null,
    timeoutMs: settings.MODEL_TIMEOUT,
    idleTimeoutMs: settings.MODEL_IDLE_TIMEOUT,
  });
}

/** Outermost first: what each wrapper sees of a call is decided by this order. */
function callable(model: Llm, fleet: Coordination, purpose: CallPurpose, retrying: RetryOptions): Llm {
  const held = withCacheHold(withGovernor(model, fleet.governor, purpose), fleet.firsts);
  const tried = withRetries(withFallback(held, {}), retrying);
  return withSharedCalls(withHedging(tried, fleet.samples, purpose), fleet.firsts, purpose);
}

export function openModelAccess(
  llm: Llm,
  settings: ModelSettings,
  metrics: Metrics,
  fleet: Coordination = alone,
): ModelAccess {
  const prices = loadPrices(settings.MODEL_PRICES_FILE);
  const model = counted(llm, metrics, prices);
  return Object.freeze({
    tiers: modelTiersWith({
      fast: settings.MODEL_FAST,
      balanced: settings.MODEL_BALANCED,
      strong: settings.MODEL_STRONG,
    }),
    structuredOutput: settings.STRUCTURED_OUTPUT === 'native' ? 'native' : 'prompt',
    contextTokens: settings.MODEL_CONTEXT_TOKENS,
    plansInXml: settings.STRUCTURED_OUTPUT === 'xml',
    callerFor: (journal: Journal, purpose: CallPurpose, onRetry?: (info: RetryInfo) => void) => {
      const retrying: RetryOptions = {
        random: Math.random,
        sleep: (ms, signal) => sleep(ms, undefined, { signal }),
        onRetry: (info) => {
          metrics.modelRetries.inc({ cause: info.error.type });
          onRetry?.(info);
        },
      };
      return (
        batchCaller(fleet.batches, journal, purpose) ??
        withJournal(callable(model, fleet, purpose, retrying), journal, prices)
      );
    },
  });
}
