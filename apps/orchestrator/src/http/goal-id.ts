import type { RequestParamHandler } from 'express';
import { shortened } from '@baton/shared/contract/field-errors';
import { ProblemError } from './problem.ts';

/** Nothing else ever goes into a key: an id with a colon would name another key of the goal. */
const GOAL_ID = /^goal_[0-9a-z]{1,40}$/;

export function isGoalId(text: string): boolean {
  return GOAL_ID.test(text);
}

export function noSuchGoal(goalId: string): ProblemError {
  return new ProblemError('not_found', `There is no goal ${shortened(goalId)}.`);
}

/** For `router.param`: what can be no goal's id is not asked for. */
export const requireGoalId: RequestParamHandler = (_request, _response, next, goalId: string) => {
  if (!isGoalId(goalId)) throw noSuchGoal(goalId);
  next();
};
