import type { Goal, GoalSummary, PlanView, TaskView } from '@baton/shared/contract/goal';
import { beforeAll, describe, expect, test } from 'vitest';
import type { GoalRun } from './api.ts';
import { useSharedBaton } from './baton.ts';
import { named, positionOf } from './events.ts';
import { plan, task } from './plans.ts';

const LISBON =
  'Plan a five-day trip to Lisbon for two people in June with a budget of 1,200 euros: old neighbourhoods, good food, one day by the sea, no rental car.';

const baton = useSharedBaton();

describe('a planned goal', () => {
  let run: GoalRun;
  beforeAll(async () => {
    run = await baton.api.run({ goal: `  ${LISBON}  `, labels: { team: 'travel' } });
  });

  test('succeeds with an answer in markdown that says it is simulated', () => {
    expect(run.goal).toMatchObject({
      status: 'succeeded',
      goal: LISBON,
      simulated: true,
      missing: [],
      error: null,
      labels: { team: 'travel' },
    });
    expect(run.goal.output).toContain('Lisbon');
    expect(run.goal.output).toMatch(/^#/m);
    const [created, started, finished] = [run.goal.createdAt, run.goal.startedAt, run.goal.finishedAt].map(
      (moment) => Date.parse(moment ?? ''),
    );
    expect(started).toBeGreaterThanOrEqual(created ?? NaN);
    expect(finished).toBeGreaterThanOrEqual(started ?? NaN);
  });

  test('has several tasks, each succeeded in one attempt with an output', () => {
    expect(run.goal.plan?.mode).toBe('plan');
    expect(run.goal.tasks.length).toBeGreaterThan(2);
    expect(run.goal.tasks.map(({ id }) => id)).toEqual(run.goal.plan?.tasks.map(({ id }) => id));
    for (const each of run.goal.tasks) {
      expect(each).toMatchObject({ status: 'succeeded', attempts: 1, errors: [] });
      expect(each.output).not.toBe('');
      expect(Date.parse(each.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(each.startedAt ?? ''));
    }
  });

  test('starts a task only after all it depends on has ended', () => {
    const dependent = run.goal.plan?.tasks.filter(({ dependencies }) => dependencies.length > 0) ?? [];
    expect(dependent.length).toBeGreaterThan(0);
    for (const { id, dependencies } of dependent) {
      const startedAt = positionOf(run.events, 'task.started', id);
      for (const dependency of dependencies) {
        expect(positionOf(run.events, 'task.succeeded', dependency)).toBeLessThan(startedAt);
      }
    }
  });

  test('tells its life in events numbered from 1 without a gap, the terminal one last', () => {
    expect(run.events.map(({ id }) => Number(id))).toEqual(run.events.map((_, index) => index + 1));
    expect(run.events.at(-1)?.event).toBe('goal.succeeded');
    const life = [
      'goal.accepted',
      'goal.planning',
      'goal.planned',
      'goal.running',
      'goal.synthesizing',
    ] as const;
    const positions = life.map((name) => positionOf(run.events, name));
    expect(positions).toEqual(positions.toSorted((left, right) => left - right));
    for (const { data } of run.events) {
      expect(data.goalId).toBe(run.goal.id);
      expect(Number.isNaN(Date.parse(data.at))).toBe(false);
    }
  });

  test('streams the answer as it is written', () => {
    const pieces = named(run.events, 'output.delta').map(({ data }) => data as unknown as { text: string });
    expect(pieces.map(({ text }) => text).join('')).toBe(run.goal.output);
  });

  test('counts as many calls as the emulator was paid for', async () => {
    const { calls, paid } = await baton.emulator.ofGoal(LISBON);
    expect(run.goal.usage).toMatchObject({ calls: paid, possiblyRepeatedCalls: 0 });
    expect(calls).toBe(run.goal.tasks.length + 2);
    expect(run.goal.usage.inputTokens).toBeGreaterThan(0);
    expect(run.goal.usage.outputTokens).toBeGreaterThan(0);
    expect(run.goal.usage.costUsd).toBe(0);
  });

  test('replays its events as JSON and after Last-Event-ID, and answers 204 after the end', async () => {
    expect(await baton.api.eventsSoFar(run.goal.id)).toEqual(run.events);
    expect(await baton.api.follow(run.goal.id, '3')).toEqual(run.events.slice(3));
    const lastEventId = run.events.at(-1)?.id ?? '';
    const response = await baton.api.fetch('GET', run.goal.links.events, {
      headers: { accept: 'text/event-stream', 'last-event-id': lastEventId },
    });
    expect(response.status).toBe(204);
  });

  test('shows its plan, its tasks, each task and its output', async () => {
    const path = `/v1/goals/${run.goal.id}`;
    expect(await baton.api.json<PlanView>('GET', `${path}/plan`, 200)).toEqual(run.goal.plan);
    const { items } = await baton.api.json<{ items: TaskView[] }>('GET', `${path}/tasks`, 200);
    expect(items).toEqual(run.goal.tasks);
    const [first] = items;
    expect(await baton.api.json<TaskView>('GET', `${path}/tasks/${first?.id}`, 200)).toEqual(first);
    await baton.api.problem('GET', `${path}/tasks/nothing`, 404);
    const output = await baton.api.fetch('GET', `${path}/output`);
    expect(output.headers.get('content-type')).toMatch(/^text\/markdown/);
    expect(output.headers.get('baton-simulated')).toBe('true');
    expect(await output.text()).toBe(run.goal.output);
  });
});

test('is accepted with 202 and its address, and has no plan and no output until there is one', async () => {
  const goal = 'Compare three ways to store maps offline: early reads.';
  await baton.emulator.inject({
    match: { role: 'planner', contains: goal },
    fault: { kind: 'delay', ms: 1_500 },
  });
  const response = await baton.api.fetch('POST', '/v1/goals', { body: { goal } });
  expect(response.status).toBe(202);
  const accepted = (await response.json()) as Goal;
  expect(accepted.id).toMatch(/^goal_/);
  expect(accepted.status).toBe('accepted');
  expect(response.headers.get('location')).toBe(`/v1/goals/${accepted.id}`);
  for (const part of ['plan', 'output']) {
    expect(await baton.api.problem('GET', `/v1/goals/${accepted.id}/${part}`, 409)).toMatchObject({
      type: 'urn:baton:problem:conflict',
    });
  }
  const events = await baton.api.follow(accepted.id);
  expect(events.at(-1)?.event).toBe('goal.succeeded');
});

test('a goal too simple to split is answered directly, with one call', async () => {
  const goal = 'What is 17 + 25?';
  const run = await baton.api.run({ goal });
  expect(run.goal).toMatchObject({ status: 'succeeded', tasks: [], usage: { calls: 1 } });
  expect(run.goal.plan?.mode).toBe('direct');
  expect(run.goal.output).toContain('42');
  expect(await baton.emulator.ofGoal(goal)).toMatchObject({ calls: 1, paid: 1 });
});

test('a recipe shapes the plan and the synthesis', async () => {
  const goal = 'Write a report on rain gardens for a town council.';
  const run = await baton.api.run({ goal, recipe: 'report' });
  expect(run.goal.status).toBe('succeeded');
  const allowed = ['researcher', 'analyzer', 'writer', 'reviewer', 'validator', 'synthesizer'];
  for (const { worker } of run.goal.plan?.tasks ?? []) expect(allowed).toContain(worker);
  const requests = await baton.emulator.requests(goal);
  for (const role of ['planner', 'synthesiser']) {
    const sent = requests.find((request) => request.role === role);
    expect(sent?.body.messages[0]?.content).toMatch(/<recipe name="report">/);
  }
});

test('a given plan runs as it is, without a planner', async () => {
  const goal = 'Run a plan of my own.';
  const run = await baton.api.run({ goal, plan: plan(task('one'), task('two', ['one'], 'writer')) });
  expect(run.goal.status).toBe('succeeded');
  expect(run.goal.plan).toMatchObject({ mode: 'plan', analysis: 'Planned by hand.' });
  expect(named(run.events, 'goal.planning')).toEqual([]);
  expect(await baton.emulator.ofGoal(goal)).toMatchObject({ calls: 3 });
});

describe('the list of goals', () => {
  const ids: string[] = [];
  beforeAll(async () => {
    for (const index of [0, 1, 2, 3, 4]) {
      const { goal } = await baton.api.run({
        goal: `What is ${index} + 1?`,
        labels: { list: 'yes', parity: index % 2 === 0 ? 'even' : 'odd' },
      });
      ids.unshift(goal.id);
    }
  });

  interface Page {
    readonly items: readonly GoalSummary[];
    readonly nextCursor: string | null;
  }
  const list = (query: string): Promise<Page> => baton.api.json('GET', `/v1/goals?${query}`, 200);

  test('comes newest first, page by page, each goal once', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await list(
        `label.list=yes&limit=2${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids);
  });

  test('is filtered by status and by every label', async () => {
    const odd = await list('label.list=yes&label.parity=odd');
    expect(odd.items.map(({ id }) => id)).toEqual([ids[1], ids[3]]);
    expect(odd.items[0]).not.toHaveProperty('output');
    expect((await list('label.list=yes&status=failed')).items).toEqual([]);
    expect((await list('label.list=yes&status=succeeded')).items).toHaveLength(5);
  });
});
