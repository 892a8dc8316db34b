import { expect, test } from 'vitest';
import type { PlannerReply } from './plan.ts';
import { checkPlannerReply } from './planner-reply.ts';

const limits = { maxTasks: 20, workers: ['writer'], decomposition: 'hybrid' } as const;
const task = {
  id: 'a',
  worker: 'writer',
  description: ' Write. ',
  requirements: [],
  dependencies: [],
  priority: 'low',
  complexity: 'low',
} as const;

function reply(fields: Partial<PlannerReply>): PlannerReply {
  return { mode: 'plan', analysis: 'Simple.', answer: null, tasks: [], ...fields };
}

test('a plan that keeps the laws is taken as they read it', () => {
  const verdict = checkPlannerReply(
    reply({ tasks: [{ ...task, requirements: [], dependencies: [] }] }),
    limits,
  );
  expect(verdict).toEqual({
    kind: 'plan',
    plan: { analysis: 'Simple.', tasks: [{ ...task, description: 'Write.' }] },
  });
});

test('a plan that breaks laws is broken', () => {
  expect(checkPlannerReply(reply({}), limits)).toMatchObject({
    kind: 'broken',
    violations: [{ law: 'schema', path: 'tasks' }],
  });
});

test('a direct answer must be there', () => {
  expect(checkPlannerReply(reply({ mode: 'direct', answer: '42' }), limits)).toEqual({
    kind: 'direct',
    analysis: 'Simple.',
    answer: '42',
  });
  for (const answer of [null, ' \n']) {
    expect(checkPlannerReply(reply({ mode: 'direct', answer }), limits)).toMatchObject({
      kind: 'broken',
      violations: [{ law: 'schema', path: 'answer', taskId: null }],
    });
  }
});

test('what the model had nothing to say in is left out of the plan', () => {
  const fields = { why: 'Needed.', focus: ' ', approach: null, forEach: '' };
  const tasks = [{ ...task, requirements: [], dependencies: [], ...fields }];
  expect(checkPlannerReply(reply({ tasks }), limits)).toEqual({
    kind: 'plan',
    plan: { analysis: 'Simple.', tasks: [{ ...task, description: 'Write.', why: 'Needed.' }] },
  });
});
