/**
 * Plans that nothing runs, made while somebody waits for them.
 *
 * 1. Nothing is written to Redis: the journal lives as long as the request.
 * 2. The model's call ends with the request: when the client has gone, the time is up, or the process stops.
 * 3. As many run at once as `most` says; one more is refused before a model is asked, since nobody waits in a queue for it.
 */
import type { Recipe } from '@baton/plan/recipes';
import type { PlanRequest } from '@baton/shared/contract/planning';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { plainPurpose } from '@baton/shared/model/call-purpose';
import { PLANNER } from '@baton/shared/ledger/lease';
import { ModelError } from '@baton/shared/model/llm';
import type { ModelAccess } from '@baton/shared/model/model-access';
import { RetryLaterError } from '@baton/shared/model/retrying-llm';
import type { DryRunResult } from '../http/plans.ts';
import { askPlanner, notPlanned, type Planned } from './ask-planner.ts';
import { passingJournal, type PassingJournal } from './passing-journal.ts';
import { planningInput } from './planning-input.ts';

export interface DryRunDeps {
  readonly ledger: Ledger;
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly models: ModelAccess;
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

function made(planned: Exclude<Planned, { kind: 'failed' }>, journal: PassingJournal): DryRunResult {
  const told = { simulated: journal.isSimulated(), usage: journal.usage() };
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
export function dryRunner({ ledger, recipes, models, most, stopping, timeMs = PLANNING_TIME }: DryRunDeps) {
  let running = 0;

  async function dryRun(request: PlanRequest, signal: AbortSignal): Promise<DryRunResult> {
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
    const journal = passingJournal(ending.signal);
    const caller = models.callerFor(
      journal,
      { ...plainPurpose, kind: PLANNER },
      ({ error }) => (lastError = error),
    );
    try {
      const planned = await askPlanner(models, caller, input, ending.signal);
      return planned.kind === 'failed' ? planned : made(planned, journal);
    } catch (error) {
      if (error instanceof RetryLaterError) {
        return { kind: 'overloaded', reason: error.cause.message, retryAfterMs: error.delayMs };
      }
      if (!(error instanceof ModelError) || signal.aborted) throw error;
      if (stopping.aborted) return { kind: 'stopping' };
      return ending.signal.aborted ? timeIsUp(timeMs, lastError) : withoutPlan(error);
    } finally {
      clearTimeout(timer);
      for (const reason of [signal, stopping]) reason.removeEventListener('abort', end);
    }
  }

  return async (request: PlanRequest, signal: AbortSignal): Promise<DryRunResult> => {
    if (running >= most) return { kind: 'busy' };
    running += 1;
    try {
      return await dryRun(request, signal);
    } finally {
      running -= 1;
    }
  };
}
