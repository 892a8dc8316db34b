import type { Review } from '@baton/shared/contract/review';
import type { Goal, TaskView } from '@baton/shared/contract/goal';
import { events, moment, tripGoal, usage } from './sample-goal.ts';

export function review(
  round: number,
  verdict: Review['verdict'],
  score: number,
  feedback: string[] = [],
): Review {
  const scores = { accuracy: score, completeness: score, requirements: score, consistency: score };
  return { round, verdict, scores, feedback, judges: 1, passes: verdict === 'pass' ? 1 : 0 };
}

const item = (id: string): TaskView => ({
  id,
  worker: 'writer',
  status: 'succeeded',
  attempts: 1,
  startedAt: moment(2),
  finishedAt: moment(3),
  output: 'Done.',
  errors: [],
  usage: usage(1, 100, 50, 0.001),
  reviews: [],
  metadata: {},
  subGoal: null,
});

/** The events of a goal of two tasks, one of which is done once per item of a list, and of that list's goal. */
export const judgedEvents = events(
  [0, 'goal.accepted'],
  [
    1,
    'goal.planned',
    {
      mode: 'plan',
      tasks: [
        { id: 'list', worker: 'researcher', dependencies: [] },
        { id: 'each', worker: 'writer', dependencies: ['list'] },
      ],
    },
  ],
  [1, 'goal.running'],
  [1, 'task.started', { taskId: 'list', attempt: 1 }],
  [2, 'task.reviewed', { taskId: 'list', ...review(1, 'fail', 0.625, ['Name a source.']) }],
  [2, 'task.reviewed', { taskId: 'list', ...review(2, 'pass', 0.9) }],
  [2, 'task.succeeded', { taskId: 'list', usage: usage(4, 100, 50, 0.01) }],
  [2, 'task.started', { taskId: 'each', attempt: 1 }],
  [2, 'task.progress', { taskId: 'each', message: '2 items', subGoal: 'goal_2' }],
  [2, 'goal.accepted', { goalId: 'goal_2' }],
  [
    2,
    'goal.planned',
    {
      goalId: 'goal_2',
      tasks: [
        { id: 'item-1', worker: 'writer' },
        { id: 'item-2', worker: 'writer' },
      ],
    },
  ],
  [2, 'goal.running', { goalId: 'goal_2' }],
  [2, 'task.started', { goalId: 'goal_2', taskId: 'item-1', attempt: 1 }],
  [3, 'task.succeeded', { goalId: 'goal_2', taskId: 'item-1', usage: usage(1, 100, 50, 0.001) }],
  [
    4,
    'goal.replanned',
    {
      drop: [],
      replace: [],
      add: ['more'],
      tasks: [
        { id: 'list', worker: 'researcher' },
        { id: 'each', worker: 'writer', dependencies: ['list'] },
        { id: 'more', worker: 'writer' },
      ],
    },
  ],
  [5, 'goal.judged', { about: 'early_finish', suffices: true, reason: 'The list suffices.' }],
  [6, 'goal.judged', { about: 'answer', ...review(1, 'pass', 0.8) }],
);

/** That goal as it is read after its end. */
export const judgedGoal: Goal = {
  ...tripGoal,
  status: 'succeeded',
  plan: null,
  missing: [],
  output: 'As the list says [list].',
  tasks: [
    {
      ...item('list'),
      worker: 'researcher',
      reviews: [review(1, 'fail', 0.625, ['Name a source.']), review(2, 'pass', 0.9)],
    },
    { ...item('each'), subGoal: { id: 'goal_2', status: 'succeeded', tasks: [item('item-1')] } },
  ],
  reviews: [review(1, 'pass', 0.8)],
  citations: [{ taskId: 'list', description: 'Make the list.' }],
  finishedEarly: 'The list suffices.',
  planCache: { match: 'exact', savedCalls: 1 },
  replans: 1,
  rev: 2,
  results: [
    { rev: 1, status: 'failed', finishedAt: moment(5) },
    { rev: 2, status: 'succeeded', finishedAt: moment(9) },
  ],
  prompts: { planner: 'planner-2', review: 'review-1' },
};
