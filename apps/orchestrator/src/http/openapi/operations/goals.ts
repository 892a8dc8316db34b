import { goalStatuses } from '@baton/shared/contract/goal-status';
import {
  acceptedGoal,
  goalListExample,
  goalRequestExample,
  listPlanExample,
  patternRequestExample,
  planExample,
  succeededGoal,
} from '../examples/goals.ts';
import { batchExample } from '../examples/goal-batch.ts';
import { json, type Operation } from '../operation.ts';
import { labels } from '../parameters.ts';
import { schemaOf } from '../schemas.ts';

const examples = {
  small: { goal: goalRequestExample.goal },
  'with options': goalRequestExample,
  'with judges, replanning and a recipe': patternRequestExample,
  'with one task per item of a list': { goal: goalRequestExample.goal, plan: listPlanExample },
  'with a plan': { goal: goalRequestExample.goal, plan: planExample },
};

export const goalOperations: readonly Operation[] = [
  {
    id: 'submitGoal',
    method: 'post',
    path: '/v1/goals',
    tag: 'Goals',
    scope: 'submit',
    summary: 'Submit a goal',
    description:
      'A goal that was answered with 202 is kept, whatever dies. Follow it by its events, or send `Prefer: wait=30`.',
    headers: ['Idempotency-Key', 'Prefer'],
    body: { schema: schemaOf('GoalRequest'), required: true, examples },
    replies: {
      200: {
        ...json(
          'The goal ended in the time that `Prefer` gave it, or its Idempotency-Key was known.',
          schemaOf('Goal'),
          {
            succeeded: succeededGoal,
          },
        ),
        headers: ['Location', 'Idempotency-Replayed', 'Preference-Applied'],
      },
      202: {
        ...json('The goal is accepted.', schemaOf('Goal'), { accepted: acceptedGoal }),
        headers: ['Location', 'Preference-Applied'],
      },
    },
    problems: ['conflict', 'idempotency_mismatch', 'too_many_goals', 'budget_exhausted', 'storage_full'],
  },
  {
    id: 'submitGoals',
    method: 'post',
    path: '/v1/goals/batch',
    tag: 'Goals',
    scope: 'submit',
    summary: 'Submit up to 1,000 goals',
    description:
      'Each goal is taken or refused as if it had been sent alone. The Idempotency-Key covers each goal by its place in the list.',
    headers: ['Idempotency-Key'],
    body: {
      schema: {
        anyOf: [
          schemaOf('GoalBatchRequest'),
          { type: 'array', items: schemaOf('GoalRequest'), minItems: 1, maxItems: 1_000 },
        ],
      },
      required: true,
      examples: { goals: { goals: [examples.small, examples['with options']] } },
    },
    replies: {
      207: json('What became of each goal, in the order of the request.', schemaOf('GoalBatch'), {
        mixed: batchExample,
      }),
    },
  },
  {
    id: 'listGoals',
    method: 'get',
    path: '/v1/goals',
    tag: 'Goals',
    scope: 'read',
    summary: 'List goals, newest first',
    query: [
      { name: 'status', in: 'query', schema: { type: 'string', enum: [...goalStatuses] } },
      { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
      {
        name: 'cursor',
        in: 'query',
        schema: { type: 'string' },
        description: 'The `nextCursor` of the page before.',
      },
      labels,
    ],
    replies: { 200: json('A page.', schemaOf('GoalList'), { 'the last page': goalListExample }) },
  },
  {
    id: 'getGoal',
    method: 'get',
    path: '/v1/goals/{goalId}',
    tag: 'Goals',
    scope: 'read',
    summary: 'A goal with its plan, tasks and output',
    replies: { 200: json('The goal.', schemaOf('Goal'), { succeeded: succeededGoal }) },
  },
];
