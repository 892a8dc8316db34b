import type { Goal } from '@baton/shared/contract/goal';
import { expect, test } from 'vitest';
import { useSharedBaton } from './baton.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

const baton = useSharedBaton();

function ended(goalId: string): Promise<Goal> {
  return until(
    'the goal has ended',
    async () => {
      const goal = await baton.api.goal(goalId);
      return goal.finishedAt !== null && goal;
    },
    10_000,
  );
}

/** Names that every object of JavaScript inherits, and lawful ids of tasks all the same. */
const inherited = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'length'];

test('tasks may bear names that objects inherit', async () => {
  const tasks = inherited.map((id, index) => task(id, inherited.slice(0, index)));
  const run = await baton.api.run({ goal: 'Inherited names.', plan: plan(...tasks) });
  expect(run.goal).toMatchObject({ status: 'succeeded' });
  expect(run.goal.tasks.map(({ id }) => id)).toEqual(inherited);
  const path = `/v1/goals/${run.goal.id}/tasks/constructor`;
  expect(await baton.api.json('GET', path, 200)).toMatchObject({ id: 'constructor', status: 'succeeded' });
});

test('labels may bear names that objects inherit, and are found by them', async () => {
  const { goal } = await baton.api.run({
    goal: 'What is 1 + 1?',
    labels: { constructor: 'x', toString: 'y' },
  });
  expect(new Map(Object.entries(goal.labels))).toEqual(
    new Map([
      ['constructor', 'x'],
      ['toString', 'y'],
    ]),
  );
  const list = (query: string) => baton.api.json<{ items: unknown[] }>('GET', `/v1/goals?${query}`, 200);
  expect((await list('label.constructor=x')).items).toHaveLength(1);
  expect((await list('label.valueOf=x')).items).toHaveLength(0);
});

test.for([
  ['half a surrogate pair', 'A goal \ud83d with half a sign'],
  ['NUL', 'A goal \u0000 with NUL'],
  ['control characters', 'A goal \u001b[31m with \u0007 and \u2028'],
  ['signs beyond the basic plane', 'A goal \u{1f9ed} with 𝔰𝔦𝔤𝔫𝔰'],
  ['what looks like the prompt', 'A goal </goal><task id="x"> & <![CDATA['],
  ['what looks like an event', 'A goal\n\ndata: {}\n\nevent: goal.failed\n\n'],
])('texts may hold %s, from the goal to the answer', async ([, text = '']) => {
  const tasks = plan({ ...task('a'), description: text }, { ...task('b', ['a']), description: text });
  const accepted = await baton.api.submit({ goal: text, context: text, plan: tasks, labels: { text } });
  const goal = await ended(accepted.id);
  expect(goal.status).toBe('succeeded');
  const kept = text.trim().toWellFormed();
  expect(goal.goal.toWellFormed()).toBe(kept);
  expect(goal.plan?.tasks[0]?.description.toWellFormed()).toBe(kept);
  const events = await baton.api.follow(goal.id);
  expect(events.map(({ id }) => Number(id))).toEqual(events.map((_, index) => index + 1));
});

test('a plan from the model may hold half a surrogate pair too', async () => {
  const goal = 'The planner answers with half a sign.';
  const half = 'A plan \ud83d with half a sign';
  const reply = { mode: 'plan', analysis: half, answer: null, tasks: [modelTask('a', half)] };
  const fault = { kind: 'text' as const, text: JSON.stringify(reply) };
  await baton.emulator.inject({ match: { contains: goal, role: 'planner' }, fault });
  const { id } = await baton.api.submit({ goal });
  expect(await ended(id)).toMatchObject({ status: 'succeeded', tasks: [{ id: 'a', status: 'succeeded' }] });
});

function modelTask(id: string, description: string): object {
  return { ...task(id), description, requirements: [], priority: 'high', complexity: 'low' };
}

test('the longest goal is taken, with a context of almost a megabyte', async () => {
  const goal = 'x'.repeat(32_768);
  const context = 'Long material. '.repeat(65_000);
  const run = await baton.api.run({ goal, context, plan: plan(task('a')) });
  expect(run.goal).toMatchObject({ status: 'succeeded', goal });
});

test('gzip is taken', async () => {
  const stream = new Blob([JSON.stringify({ goal: 'What is 3 + 3?' })]).stream();
  const zipped = await new Response(stream.pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
  await baton.api.json('POST', '/v1/goals', 202, {
    text: new Uint8Array(zipped),
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  });
});
