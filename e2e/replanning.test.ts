/* A plan that changes while its goal runs: what is asked of the model, and what is told. */
import { expect, test } from 'vitest';
import { useSharedBaton } from './baton.ts';
import { named } from './events.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

const baton = useSharedBaton();

const outage = { kind: 'error', status: 400, type: 'invalid_request_error' } as const;
const trip = plan(task('rail'), task('stay'), task('guide', ['rail', 'stay'], 'writer'));
const options = { maxReplans: 1 };

/** How often each task, or role of Baton's own, was asked, by its name. */
async function asked(goal: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { role, task: taskId } of await baton.emulator.requests(goal)) {
    const name = taskId ?? role ?? 'nobody';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

async function promptsFor(goal: string, name: string): Promise<string[]> {
  const requests = await baton.emulator.requests(goal);
  return requests
    .filter(({ role, task: taskId }) => (taskId ?? role) === name)
    .map(({ body }) => body.messages[0]?.content ?? '');
}

test('a task that fails for good is replaced, and only what is new runs', async () => {
  const goal = 'Plan a trip to Sapporo by rail, done another way.';
  await baton.emulator.inject({ match: { contains: goal, task: 'rail' }, fault: outage, times: 1 });
  const { goal: ended, events } = await baton.api.run({ goal, plan: trip, options });

  expect(await asked(goal)).toEqual({ rail: 2, stay: 1, guide: 1, replanner: 1, synthesiser: 1 });
  const [replannerPrompt = ''] = await promptsFor(goal, 'replanner');
  expect(replannerPrompt).toMatch(/<task id="rail" worker="researcher" status="failed"/);
  expect(replannerPrompt).toMatch(/<task id="guide" worker="writer" status="skipped"/);
  const outputs = new Map(ended.tasks.map(({ id, output }) => [id, output ?? '']));
  const [guidePrompt = ''] = await promptsFor(goal, 'guide');
  for (const id of ['rail', 'stay']) expect(guidePrompt).toContain(outputs.get(id));

  expect(ended).toMatchObject({ status: 'succeeded', rev: 2, replans: 1, missing: [], error: null });
  expect(ended.results).toMatchObject([{ rev: 2, status: 'succeeded' }]);
  expect(ended.usage).toMatchObject({ calls: 5, possiblyRepeatedCalls: 0 });
  expect(ended.plan?.tasks.map(({ id, worker }) => [id, worker])).toEqual([
    ['rail', 'analyzer'],
    ['stay', 'researcher'],
    ['guide', 'writer'],
  ]);
  expect(named(events, 'goal.replanned').map(({ data }) => data)).toMatchObject([
    { drop: [], replace: ['rail'], add: [], taskIds: ['rail', 'guide'], tasks: [{}, {}, { id: 'guide' }] },
  ]);
  expect(named(events, 'task.succeeded').map(({ data }) => data.taskId)).toEqual(['stay', 'rail', 'guide']);
  expect(named(events, 'goal.synthesizing')).toHaveLength(1);
  const [left, right] = await Promise.all([
    baton.api.fetch('GET', `/v1/goals/${ended.id}/output?rev=2`),
    baton.api.fetch('GET', `/v1/goals/${ended.id}/output?rev=1`),
  ]);
  expect([left.status, await left.text(), right.status]).toEqual([200, ended.output, 404]);
});

test('a task that fails in the changed plan, too, is told of, and nobody is asked a second time', async () => {
  const goal = 'Plan a trip to Sapporo by rail, which no way leads to.';
  await baton.emulator.inject({ match: { contains: goal, task: 'rail' }, fault: outage, times: 9 });
  const { goal: ended } = await baton.api.run({ goal, plan: trip, options });
  expect(await asked(goal)).toEqual({ rail: 2, stay: 1, replanner: 1, synthesiser: 1 });
  expect(ended).toMatchObject({ status: 'partially_succeeded', rev: 2, replans: 1 });
  expect(ended.missing.map(({ taskId }) => taskId)).toEqual(['rail', 'guide']);
});

test('a replanner that breaks the laws is repaired twice, and the answer is written from what there is', async () => {
  const goal = 'Plan a trip to Sapporo by rail, by a planner who drops what is done.';
  const text = JSON.stringify({ analysis: 'No.', drop: ['stay'], replace: [], add: [] });
  await baton.emulator.inject(
    { match: { contains: goal, task: 'rail' }, fault: outage, times: 1 },
    { match: { contains: goal, role: 'replanner' }, fault: { kind: 'text', text }, times: 9 },
  );
  const { goal: ended } = await baton.api.run({ goal, plan: trip, options });
  expect(await asked(goal)).toEqual({ rail: 1, stay: 1, replanner: 3, synthesiser: 1 });
  expect(ended).toMatchObject({ status: 'partially_succeeded', rev: 1, replans: 0 });
});

test('a goal that is cancelled while its plan is thought over goes on by a retry', async () => {
  const goal = 'Plan a trip to Sapporo by rail, cancelled while somebody thinks.';
  await baton.emulator.inject(
    { match: { contains: goal, task: 'rail' }, fault: outage, times: 1 },
    { match: { contains: goal, role: 'replanner' }, fault: { kind: 'hang' }, times: 1 },
  );
  const { id } = await baton.api.submit({ goal, plan: trip, options });
  await until('the replanner is asked', async () => (await asked(goal))['replanner'] === 1);
  await baton.api.json('POST', `/v1/goals/${id}/cancel`, 202);
  await until('its call is aborted', async () => (await baton.emulator.ofGoal(goal)).aborted === 1);
  expect(await baton.api.goal(id)).toMatchObject({ status: 'cancelled', rev: 1, replans: 0 });

  const seen = await baton.api.eventsSoFar(id);
  await baton.api.json('POST', `/v1/goals/${id}/retry`, 202);
  await baton.api.follow(id, seen.at(-1)?.id);
  expect(await baton.api.goal(id)).toMatchObject({ status: 'succeeded', rev: 2, replans: 0, missing: [] });
  expect(await asked(goal)).toEqual({ rail: 2, stay: 1, guide: 1, replanner: 1, synthesiser: 1 });
});

test('an approved goal whose important task failed is not finished early, and has it done another way', async () => {
  const goal = 'Plan a trip to Sapporo by rail, approved.';
  await baton.emulator.inject({ match: { contains: goal, task: 'rail' }, fault: outage, times: 1 });
  const { id } = await baton.api.submit({
    goal,
    plan: plan({ ...task('rail'), priority: 'high' } as never, task('stay')),
    options: { ...options, approval: true, finishEarly: true },
  });
  await baton.api.eventOf(id, 'goal.awaiting_approval');
  await baton.api.json('POST', `/v1/goals/${id}/approve`, 202);
  await baton.api.follow(id);
  expect(await baton.api.goal(id)).toMatchObject({
    status: 'succeeded',
    rev: 2,
    replans: 1,
    finishedEarly: null,
  });
  expect(await asked(goal)).toEqual({ rail: 2, stay: 1, replanner: 1, synthesiser: 1 });
});
