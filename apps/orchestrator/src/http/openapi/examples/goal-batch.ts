import { summaryOf } from '@baton/shared/contract/goal';
import { problemDocument, ProblemError } from '../../problem.ts';
import { acceptedGoal } from './goals.ts';
import { problemExamples } from './problems.ts';

const { detail, errors } = problemExamples.invalid_request;

export const batchExample = {
  items: [
    { index: 0, status: 202, goal: summaryOf(acceptedGoal), problem: null },
    {
      index: 1,
      status: 400,
      goal: null,
      problem: problemDocument(new ProblemError('invalid_request', detail, errors), ''),
    },
  ],
};
