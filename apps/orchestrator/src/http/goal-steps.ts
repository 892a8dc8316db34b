import { Router, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import { approveRequestSchema, rejectRequestSchema } from '@baton/shared/contract/approval';
import { feedbackRequestSchema } from '@baton/shared/contract/feedback';
import type { Goal } from '@baton/shared/contract/goal';
import { MOST_FEEDBACK } from '@baton/shared/ledger/feedback';
import type { ParentTask } from '@baton/shared/ledger/goal-record';
import { callerOf, requireScope } from './authenticate.ts';
import { noSuchGoal, requireGoalId } from './goal-id.ts';
import type { Goals } from './goals.ts';
import { readEditedPlan } from './goal-request.ts';
import { methodNotAllowed, ProblemError } from './problem.ts';
import { tooManyGoals } from './submission.ts';
import { bodyOf, check } from './validate.ts';

function conflict(goalId: string, why: string): ProblemError {
  return new ProblemError('conflict', `Goal ${goalId} ${why}`);
}

type StepRequest = Request<{ goalId: string }>;

/** The body of a request that may go without: `{}` then. What is sent as anything but JSON is refused, never left out. */
function sentBody(request: StepRequest): unknown {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  return length === '0' && encoding === undefined ? {} : bodyOf(request);
}

const noFields = z.strictObject({}, 'must be an empty object, or be left out');

/** For a step that takes no more than its address: what is sent all the same was meant for something. */
function refuseFields(request: StepRequest): void {
  check(noFields, sentBody(request), 'the body');
}

function partOf(goalId: string, { goalId: parent, taskId }: ParentTask, what: string): ProblemError {
  return conflict(goalId, `carries out the task ${taskId} of goal ${parent}: ${what}.`);
}

const NO_WORD = 'only the plan of that goal can be approved or rejected';

/** A step of a goal's life that somebody asks for: 202 with the goal as it is then. */
function step(
  take: (tenant: string, goalId: string, request: StepRequest) => Promise<Goal | null>,
): RequestHandler<{ goalId: string }> {
  return async (request, response) => {
    const { goalId } = request.params;
    const goal = await take(callerOf(response).tenant, goalId, request);
    if (!goal) throw noSuchGoal(goalId);
    response.status(202).json(goal);
  };
}

/** What somebody may do to a goal that there is. */
export function goalStepRoutes(goals: Goals): Router {
  const router = Router();
  router.param('goalId', requireGoalId);
  const steps: Readonly<Record<string, RequestHandler<{ goalId: string }>>> = {
    cancel: step(async (tenant, goalId, request) => {
      refuseFields(request);
      const goal = await goals.cancel(tenant, goalId);
      if (goal === false) throw conflict(goalId, 'has ended and can not be cancelled.');
      return goal;
    }),
    retry: step(async (tenant, goalId, request) => {
      refuseFields(request);
      const goal = await goals.retry(tenant, goalId);
      if (goal === false)
        throw conflict(goalId, 'can not be retried: only a goal that ended without full success can be.');
      if (goal && 'mostOpen' in goal) throw tooManyGoals(goal.mostOpen);
      if (goal && 'subGoalOf' in goal) throw partOf(goalId, goal.subGoalOf, 'retry that goal');
      return goal;
    }),
    approve: step(async (tenant, goalId, request) => {
      const proposal = await goals.proposal(tenant, goalId);
      if (!proposal) return null;
      if (proposal.parent) throw partOf(goalId, proposal.parent, NO_WORD);
      const isNot = (status: string): ProblemError =>
        conflict(goalId, `is ${status}: only a plan that awaits approval can be approved.`);
      if (proposal.status !== 'awaiting_approval') throw isNot(proposal.status);
      const { plan } = check(approveRequestSchema, sentBody(request), 'the body');
      const edited = plan == null ? null : readEditedPlan(plan, proposal.options, await goals.knownNames());
      const goal = await goals.approve(tenant, goalId, edited);
      if (goal === false) throw isNot('not waiting any more');
      return goal;
    }),
    reject: step(async (tenant, goalId, request) => {
      const proposal = await goals.proposal(tenant, goalId);
      if (proposal?.parent) throw partOf(goalId, proposal.parent, NO_WORD);
      const { reason } = check(rejectRequestSchema, sentBody(request), 'the body');
      const goal = await goals.reject(tenant, goalId, reason);
      if (goal === false)
        throw conflict(goalId, 'has no plan that awaits approval, so none can be rejected.');
      return goal;
    }),
  };
  for (const [name, handler] of Object.entries(steps)) {
    router
      .route(`/goals/:goalId/${name}`)
      .post(requireScope('operate'), handler)
      .all(methodNotAllowed('POST'));
  }

  router
    .route('/goals/:goalId/feedback')
    .post(requireScope('submit'), async (request, response) => {
      const { goalId } = request.params;
      const feedback = check(feedbackRequestSchema, bodyOf(request), 'the body');
      const goal = await goals.feedback(callerOf(response).tenant, goalId, feedback);
      if (goal === null) throw noSuchGoal(goalId);
      if (goal === 'open') throw conflict(goalId, 'goes on: tell what you think of it when it has ended.');
      if (goal === 'full')
        throw conflict(goalId, `has ${MOST_FEEDBACK} opinions already, which is the most it may have.`);
      response.status(202).json(goal);
    })
    .all(methodNotAllowed('POST'));

  return router;
}
