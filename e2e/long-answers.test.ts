import { describe, expect, test } from 'vitest';
import { useSharedBaton } from './baton.ts';
import { named, type GoalEvent } from './events.ts';
import { plan, task } from './plans.ts';

const baton = useSharedBaton();

const cut = { kind: 'max_tokens' } as const;

/** A plan of one task, whose answer is the same whatever the goal. */
const only = plan(task('only'));

/** The answer as those who follow the goal have read it: each delta at its place, what came before a start void. */
function read(events: readonly GoalEvent[]): string {
  let text = '';
  for (const { data } of named(events, 'output.delta')) {
    const { offset, text: delta } = data as unknown as { offset: number; text: string };
    expect(offset).toBeLessThanOrEqual(text.length);
    text = text.slice(0, offset) + delta;
  }
  return text;
}

describe.concurrent('an answer that is cut off at its tokens', () => {
  test("is gone on with until it is whole, each call paid once: a task's", async () => {
    const [goal, whole] = ['A task writes much.', 'A task writes all at once.'];
    await baton.emulator.inject({ match: { contains: goal, task: 'only' }, fault: cut, times: 2 });
    const [run, other] = await Promise.all([
      baton.api.run({ goal, plan: only }),
      baton.api.run({ goal: whole, plan: only }),
    ]);
    expect(run.goal.status).toBe('succeeded');
    expect(run.goal.tasks[0]).toMatchObject({ status: 'succeeded', usage: { calls: 3 } });
    expect(run.goal.tasks[0]?.output).toBe(other.goal.tasks[0]?.output);
    expect(await baton.emulator.ofTask(goal, 'only')).toMatchObject({ calls: 3, paid: 3 });
  });

  test("is one stream: the goal's, also when a later piece is lost", async () => {
    const goal = 'The whole answer is long.';
    const match = { contains: goal, role: 'synthesiser' };
    await baton.emulator.inject(
      { match, fault: cut },
      { match: { ...match, nth: 2 }, fault: { kind: 'cut' } },
    );
    const run = await baton.api.run({ goal, plan: only });
    expect(run.goal.status).toBe('succeeded');
    expect(read(run.events)).toBe(run.goal.output);
    expect(run.goal.output).toMatch(/Simulated answer: no model was called\.\*\s*$/);
    const [, second] = await baton.emulator
      .requests(goal)
      .then((requests) => requests.filter(({ role }) => role === 'synthesiser'));
    expect(second?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });
});

test.concurrent('a refusal ends its task with the reason of the endpoint', async () => {
  const goal = 'Something is refused.';
  await baton.emulator.inject({ match: { contains: goal, task: 'only' }, fault: { kind: 'refusal' } });
  const { goal: ended } = await baton.api.run({ goal, plan: only });
  expect(ended.tasks[0]).toMatchObject({
    status: 'failed',
    errors: ['The model refused this task: Simulated refusal: no model was called.'],
  });
});

test.concurrent('a refusal of the plan ends the goal with the reason of the endpoint', async () => {
  const goal = 'The plan is refused.';
  await baton.emulator.inject({ match: { contains: goal, role: 'planner' }, fault: { kind: 'refusal' } });
  const { goal: ended } = await baton.api.run({ goal });
  expect(ended).toMatchObject({
    status: 'failed',
    error: {
      type: 'model_refusal',
      message: 'The model refused to plan this goal: Simulated refusal: no model was called.',
    },
  });
});

test.concurrent('a task whose model writes for long tells how much, and no more than once in two seconds', async () => {
  const goal = 'Slowly, letter by letter.';
  await baton.emulator.inject({ match: { contains: goal, task: 'only' }, fault: { kind: 'drip', ms: 12 } });
  const { goal: ended, events } = await baton.api.run({ goal, plan: only });
  expect(ended.status).toBe('succeeded');
  const told = named(events, 'task.progress');
  expect(told.length).toBeGreaterThan(0);
  const lengths = told.map(({ data }) => (data as unknown as { outputCharacters: number }).outputCharacters);
  expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
  expect(lengths.at(-1)).toBeLessThanOrEqual(ended.tasks[0]?.output?.length ?? 0);
  const times = told.map(({ data }) => Date.parse(data.at));
  for (const [index, at] of times.slice(1).entries()) expect(at - (times[index] ?? 0)).toBeGreaterThan(1_900);
});
