import { Router, type Response } from 'express';
import type { GoalError } from '@baton/shared/contract/goal';
import type { DryRun, PlanRequest } from '@baton/shared/contract/planning';
import { callerOf, requireScope } from './authenticate.ts';
import type { Goals } from './goals.ts';
import { checkSentPlan, readPlanRequest } from './plan-request.ts';
import { methodNotAllowed, ProblemError } from './problem.ts';
import { budgetExhausted } from './submission.ts';
import { bodyOf } from './validate.ts';

export type DryRunResult =
  | { readonly kind: 'made'; readonly dryRun: DryRun }
  /** As many dry runs as this process takes are under way. */
  | { readonly kind: 'busy' }
  /** The process stops before the plan is made. */
  | { readonly kind: 'stopping' }
  /** The model can't take the call now. */
  | { readonly kind: 'overloaded'; readonly reason: string; readonly retryAfterMs: number }
  /** The tenant has spent its budget of the day. */
  | { readonly kind: 'exhausted'; readonly nextDayInMs: number }
  | { readonly kind: 'failed'; readonly error: GoalError };

/** What these routes need of the rest of the orchestrator. */
export interface Plans {
  /** May reject in any way once `signal` is aborted. */
  dryRun(request: PlanRequest, signal: AbortSignal, tenant: string): Promise<DryRunResult>;
}

/** Aborted when the connection ends before the reply has. */
function whileAwaited(response: Response): AbortSignal {
  const gone = new AbortController();
  if (response.closed) gone.abort();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

function send(response: Response, result: DryRunResult): void {
  if (result.kind === 'made') {
    response.json(result.dryRun);
    return;
  }
  if (result.kind === 'busy') {
    throw new ProblemError('unavailable', 'This process makes as many plans as it may: try again soon.');
  }
  if (result.kind === 'stopping') {
    throw new ProblemError('unavailable', 'This process stops: send the request again.');
  }
  if (result.kind === 'overloaded') {
    response.setHeader('retry-after', String(Math.max(1, Math.ceil(result.retryAfterMs / 1_000))));
    throw new ProblemError('unavailable', `No plan could be made now: ${result.reason}.`);
  }
  if (result.kind === 'exhausted') throw budgetExhausted(result.nextDayInMs);
  const { message, violations = [] } = result.error;
  const errors = violations.map(({ path, message: remedy }) => ({ path, message: remedy }));
  throw new ProblemError('model_failed', message, errors);
}

export function planRoutes(plans: Plans, names: Pick<Goals, 'knownNames'>): Router {
  const router = Router();

  router
    .route('/plans')
    .post(requireScope('submit'), async (request, response) => {
      const gone = whileAwaited(response);
      const planRequest = readPlanRequest(bodyOf(request), await names.knownNames());
      try {
        send(response, await plans.dryRun(planRequest, gone, callerOf(response).tenant));
      } catch (error) {
        // Nobody is there to be told.
        if (!gone.aborted) throw error;
      }
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/plans/validate')
    .post(requireScope('submit'), async (request, response) => {
      response.json(checkSentPlan(bodyOf(request), await names.knownNames()));
    })
    .all(methodNotAllowed('POST'));

  return router;
}
