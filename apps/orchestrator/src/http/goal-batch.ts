import { setImmediate } from 'node:timers/promises';
import { Router, type RequestHandler, type Response } from 'express';
import { goalBatchRequestSchema, type GoalBatchItem } from '@baton/shared/contract/goal-batch';
import { summaryOf } from '@baton/shared/contract/goal';
import type { Logger } from '@baton/shared/telemetry/logger';
import { callerOf, requireScope } from './authenticate.ts';
import type { Goals } from './goals.ts';
import { readGoalRequest } from './goal-request.ts';
import { idempotencyKeyOf, idempotencyOf } from './idempotency.ts';
import { internalProblem, knownProblem, problemDocument, methodNotAllowed } from './problem.ts';
import { accepted, kept } from './submission.ts';
import { bodyOf, check } from './validate.ts';

/** A bare list stands for `{ goals: [...] }`. */
function goalsOf(body: unknown): readonly unknown[] {
  return check(goalBatchRequestSchema, Array.isArray(body) ? { goals: body } : body, 'the body').goals;
}

/** Other requests wait for a batch no longer than so at a time, in ms. */
const SLICE = 10;

/** Begins the work on every item, in order, with pauses in which others are served. */
async function inSlices<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const begun: Promise<Result>[] = [];
  let since = performance.now();
  for (const [index, item] of items.entries()) {
    if (performance.now() - since > SLICE) {
      await setImmediate();
      since = performance.now();
    }
    begun.push(work(item, index));
  }
  return Promise.all(begun);
}

/**
 * Each goal as if it had been sent alone: one that is refused holds up no other. Of each its summary is told: a thousand goals
 * with their outputs would be more than one answer should hold.
 */
function submitBatch(goals: Goals, logger: Logger): RequestHandler {
  return async (request, response: Response) => {
    const key = idempotencyKeyOf(request);
    const bodies = goalsOf(bodyOf(request));
    const names = await goals.knownNames();
    const { tenant } = callerOf(response);

    async function submit(body: unknown, index: number): Promise<GoalBatchItem> {
      try {
        const goalRequest = readGoalRequest(body, names);
        const submission = await goals.submit(tenant, goalRequest, idempotencyOf(key, index, body));
        if (submission.kind === 'replayed') {
          return { index, status: 200, goal: kept(await goals.summary(submission.goalId)), problem: null };
        }
        return { index, status: 202, goal: summaryOf(accepted(submission)), problem: null };
      } catch (error) {
        const known = knownProblem(error);
        if (!known) logger.error({ err: error }, 'a goal of a batch failed');
        const document = problemDocument(known ?? internalProblem(), '');
        return { index, status: document.status, goal: null, problem: document };
      }
    }

    // The writes of one slice wait for nothing: they go to Redis after each other and are answered together.
    response.status(207).json({ items: await inSlices(bodies, submit) });
  };
}

/** Before the routes of single goals, whose ids it looks like. */
export function goalBatchRoutes(goals: Goals, logger: Logger): Router {
  const router = Router();
  router
    .route('/goals/batch')
    .post(requireScope('submit'), submitBatch(goals, logger))
    .all(methodNotAllowed('POST'));
  return router;
}
