import { acceptedGoal, planExample, rejectedGoal, runningGoal, succeededGoal } from '../examples/goals.ts';
import { json, type Operation } from '../operation.ts';
import { schemaOf } from '../schemas.ts';

const steer = {
  method: 'post',
  tag: 'Steering',
  scope: 'operate',
  problems: ['conflict', 'storage_full'],
} as const;

export const steeringOperations: readonly Operation[] = [
  {
    ...steer,
    id: 'cancelGoal',
    path: '/v1/goals/{goalId}/cancel',
    summary: 'Cancel a goal and the model calls it has in flight',
    replies: {
      202: json('The goal is cancelled.', schemaOf('Goal'), {
        cancelled: { ...acceptedGoal, status: 'cancelled' },
      }),
    },
  },
  {
    ...steer,
    id: 'retryGoal',
    path: '/v1/goals/{goalId}/retry',
    summary: 'Run again what failed, was skipped or was cancelled; what succeeded is kept',
    replies: { 202: json('The goal goes on.', schemaOf('Goal'), { running: runningGoal }) },
    problems: [...steer.problems, 'too_many_goals'],
  },
  {
    ...steer,
    id: 'approveGoal',
    path: '/v1/goals/{goalId}/approve',
    summary: 'Let the plan of a goal that awaits approval run, or another plan in its place',
    body: {
      schema: schemaOf('ApproveRequest'),
      required: false,
      examples: { 'as it is': {}, edited: { plan: planExample } },
    },
    replies: { 202: json('The goal goes on.', schemaOf('Goal'), { running: runningGoal }) },
  },
  {
    ...steer,
    id: 'rejectGoal',
    path: '/v1/goals/{goalId}/reject',
    summary: 'Cancel a goal that awaits approval',
    body: {
      schema: schemaOf('RejectRequest'),
      required: false,
      examples: { 'with a reason': { reason: 'Ask two sources.' } },
    },
    replies: { 202: json('The goal is cancelled.', schemaOf('Goal'), { rejected: rejectedGoal }) },
  },
  {
    ...steer,
    id: 'giveFeedback',
    path: '/v1/goals/{goalId}/feedback',
    scope: 'submit',
    summary: 'Say how good the answer of an ended goal is',
    description: 'At most 100 times per goal.',
    body: {
      schema: schemaOf('FeedbackRequest'),
      required: true,
      examples: { good: { score: 0.9, comment: 'All there; a chart would be good.' } },
    },
    replies: { 202: json('It is kept with the goal.', schemaOf('Goal'), { succeeded: succeededGoal }) },
  },
];
