import { expect, test } from 'vitest';
import type { Goal } from '@baton/shared/contract/goal';
import { useSharedBaton } from './baton.ts';
import { named } from './events.ts';
import { plan, task, type PlannedTask } from './plans.ts';
import { until } from './until.ts';

const baton = useSharedBaton();

const ranked = (planned: PlannedTask, priority: string): PlannedTask =>
  ({ ...planned, priority }) as PlannedTask;
const options = { finishEarly: true };

/** A goal with one task of high priority, two of low priority that hang, and one that waits for them. */
async function submit(goal: string, suffices: boolean, reason: string, slow: object): Promise<Goal> {
  const text = JSON.stringify({ suffices, reason });
  await baton.emulator.inject(
    { match: { contains: goal, role: 'assessor' }, fault: { kind: 'text', text }, times: 5 },
    { match: { contains: goal, task: 'photos' }, fault: slow as { kind: 'hang' } },
    { match: { contains: goal, task: 'trivia' }, fault: slow as { kind: 'hang' } },
  );
  return baton.api.submit({
    goal,
    options,
    plan: plan(
      ranked(task('facts'), 'high'),
      ranked(task('photos'), 'low'),
      ranked(task('trivia'), 'low'),
      ranked(task('collage', ['photos', 'trivia'], 'writer'), 'medium'),
    ),
  });
}

test('a goal whose important outcomes suffice ends without the rest, and says so', async () => {
  const goal = 'Say what matters of Iceland, finished early.';
  const { id } = await submit(goal, true, 'The facts are all that was asked for.', { kind: 'hang' });
  const events = await baton.api.follow(id);
  const ended = await baton.api.goal(id);

  expect(ended).toMatchObject({
    status: 'succeeded',
    rev: 2,
    finishedEarly: 'The facts are all that was asked for.',
    error: null,
  });
  const statuses = Object.fromEntries(ended.tasks.map((each) => [each.id, each.status]));
  expect(statuses).toEqual({
    facts: 'succeeded',
    photos: 'cancelled',
    trivia: 'cancelled',
    collage: 'cancelled',
  });
  expect(ended.missing.map(({ taskId }) => taskId)).toEqual(['photos', 'trivia', 'collage']);
  for (const { reason } of ended.missing) expect(reason).toContain('finished early');
  expect(named(events, 'goal.judged').map(({ data }) => data)).toMatchObject([
    { about: 'early_finish', suffices: true, reason: 'The facts are all that was asked for.' },
  ]);

  await until(
    'the calls in flight are aborted',
    async () => (await baton.emulator.ofGoal(goal)).aborted === 2,
  );
  const requests = await baton.emulator.requests(goal);
  const of = (role: string) =>
    requests.filter(({ body }) => body.system?.startsWith(`You are the ${role} of Baton`));
  const [assessor] = of('assessor');
  expect(assessor?.body.messages[0]?.content).toContain('<task id="collage" worker="writer">');
  expect(assessor?.body.messages[0]?.content).toContain('<outcome task="facts"');
  expect(of('synthesiser')[0]?.body.messages[0]?.content).toContain(
    '<finished_early>The facts are all that was asked for.</finished_early>',
  );
  expect([of('assessor').length, of('synthesiser').length]).toEqual([1, 1]);
});

test('a goal whose important outcomes do not suffice has everything done', async () => {
  const goal = 'Say all there is to say of Iceland, to its end.';
  const { id } = await submit(goal, false, 'The collage was asked for.', { kind: 'delay', ms: 300 });
  const events = await baton.api.follow(id);
  const ended = await baton.api.goal(id);
  expect(ended).toMatchObject({ status: 'succeeded', rev: 1, finishedEarly: null, missing: [] });
  expect(ended.tasks.every(({ status }) => status === 'succeeded')).toBe(true);
  expect(named(events, 'goal.judged').map(({ data }) => data)).toMatchObject([{ suffices: false }]);
});

test('nobody is asked for a goal that did not ask for it', async () => {
  const goal = 'Say what there is to say of Norway.';
  await baton.api.run({ goal, plan: plan(ranked(task('facts'), 'high'), ranked(task('photos'), 'low')) });
  const requests = await baton.emulator.requests(goal);
  expect(requests.some(({ body }) => body.system?.includes('assessor'))).toBe(false);
});
