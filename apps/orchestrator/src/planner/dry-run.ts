/**
 * Plans that nothing runs, made while somebody waits for them.
 *
 * 1. Nothing is written to Redis but what its tenant has used: the journal lives as long as the request.
 * 2. The model's call ends with the request: when the client has gone, the time is up, or the process stops.
 * 3. As many run at once as `most` says; one more is refused before a model is asked, since nobody waits in a queue for it.
 */
import type { Plan } from '@baton/plan/plan';
import type { Recipe } from '@baton/plan/recipes';
import type { Forecast } from '@baton/shared/contract/forecast';
import type { PlanRequest } from '@baton/shared/contract/planning';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { plainPurpose } from '@baton/shared/model/call-purpose';
import { countUsage } from '@baton/shared/ledger/journal';
import { PLANNER } from '@baton/shared/ledger/lease';
import { spentDay } from '@baton/shared/ledger/tenant-day';
import type { JournalEntry } from '@baton/shared/model/journaled-llm';
import { LaterError, ModelError } from '@baton/shared/model/llm';
import type { ModelAccess } from '@baton/shared/model/model-access';
import { forecastPlan } from '../forecast/forecast-plan.ts';
import type { DryRunResult } from '../http/plans.ts';
import { askPlanner, notPlanned, type Planned } from './ask-planner.ts';
import { passingJournal, type PassingJournal } from './passing-journal.ts';
import { planningInput, type PlanningInput } from './planning-input.ts';

export interface DryRunDeps {
  readonly ledger: Ledger;
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly models: ModelAccess;
  /** Of a request that says nothing of it. */
  readonly reviewRounds: number;
  /** Dry runs of this process at a time. */
  readonly most: number;
  /** Aborted when the process begins to stop: what is under way then ends. */
  readonly stopping: AbortSignal;
  /** ms that one may take, retries included. */
  readonly timeMs?: number;
}

/** What load balancers let a request take, in ms. */
const PLANNING_TIME = 60_000;
/** When to come back where the model did not say, in ms. */
const RETRY_AFTER = 5_000;
const overloads: ReadonlySet<string> = new Set(['overloaded_error', 'rate_limit_error']);

function made(
  planned: Exclude<Planned, { kind: 'failed' }>,
  journal: PassingJournal,
  forecast: Forecast | null,
): DryRunResult {
  const told = { simulated: journal.isSimulated(), usage: journal.usage(), forecast };
  if (planned.kind === 'plan') {
    return { kind: 'made', dryRun: { mode: 'plan', ...planned.plan, answer: null, ...told } };
  }
  const { analysis, answer } = planned;
  return { kind: 'made', dryRun: { mode: 'direct', analysis, tasks: [], answer, ...told } };
}

function withoutPlan(error: ModelError): DryRunResult {
  if (!overloads.has(error.type)) return { kind: 'failed', error: notPlanned(error) };
  const { failure } = error;
  const asked = failure.kind === 'retryable' ? failure.retryAfterMs : null;
  return { kind: 'overloaded', reason: error.message, retryAfterMs: asked ?? RETRY_AFTER };
}

function timeIsUp(timeMs: number, lastError: ModelError | null): DryRunResult {
  if (lastError && overloads.has(lastError.type)) return withoutPlan(lastError);
  const last = lastError === null ? '' : ` The last failure: ${lastError.message}.`;
  const message = `The model has made no plan within ${timeMs / 1_000} s.${last} A goal may take longer to be planned: submit it.`;
  return { kind: 'failed', error: { type: 'model_error', message } };
}

/** Rejects with a `cancelled` {@link ModelError} once `signal` is aborted, and when Redis does not answer. */
export function dryRunner({
  ledger,
  recipes,
  models,
  reviewRounds,
  most,
  stopping,
  timeMs = PLANNING_TIME,
}: DryRunDeps) {
  let running = 0;

  function forecast(
    { tasks }: Plan,
    { brief, workerTypes }: PlanningInput,
    options: PlanRequest['options'],
  ): Promise<Forecast> {
    const asked = { ...options, reviewRounds: options.reviewRounds ?? reviewRounds };
    return forecastPlan(models, { tasks, brief, workerTypes, options: asked, budget: options.budget });
  }

  async function dryRun(request: PlanRequest, signal: AbortSignal, tenant: string): Promise<DryRunResult> {
    const nextDayInMs = await spentDay(ledger, tenant, Date.now());
    if (nextDayInMs !== null) return { kind: 'exhausted', nextDayInMs };
    const { goal, context = null, recipe = null, options } = request;
    const text = typeof context === 'object' && context !== null ? JSON.stringify(context) : context;
    const input = await planningInput({ ledger, recipes }, { goal, context: text, recipe, options });
    const ending = new AbortController();
    const end = (): void => ending.abort();
    const timer = setTimeout(end, timeMs);
    for (const reason of [signal, stopping]) {
      if (reason.aborted) end();
      else reason.addEventListener('abort', end);
    }
    let lastError: ModelError | null = null;
    const purpose = { ...plainPurpose, kind: PLANNER, tenant };
    // What was paid for is told even where it can't be counted.
    const count = (entry: JournalEntry) => countUsage(ledger, purpose, entry).catch(() => undefined);
    const journal = passingJournal(ending.signal, count);
    const caller = models.callerFor(journal, purpose, ({ error }) => (lastError = error));
    try {
      const planned = await askPlanner(models, caller, input, ending.signal);
      if (planned.kind === 'failed') return planned;
      return made(
        planned,
        journal,
        planned.kind === 'plan' ? await forecast(planned.plan, input, options) : null,
      );
    } catch (error) {
      if (error instanceof LaterError) {
        const reason = error.cause instanceof ModelError ? error.cause.message : error.message;
        return { kind: 'overloaded', reason, retryAfterMs: error.delayMs };
      }
      if (!(error instanceof ModelError) || signal.aborted) throw error;
      if (stopping.aborted) return { kind: 'stopping' };
      return ending.signal.aborted ? timeIsUp(timeMs, lastError) : withoutPlan(error);
    } finally {
      clearTimeout(timer);
      for (const reason of [signal, stopping]) reason.removeEventListener('abort', end);
    }
  }

  return async (request: PlanRequest, signal: AbortSignal, tenant = ''): Promise<DryRunResult> => {
    if (running >= most) return { kind: 'busy' };
    running += 1;
    try {
      return await dryRun(request, signal, tenant);
    } finally {
      running -= 1;
    }
  };
}
