import { expect, test } from 'vitest';
import { orchestrator } from '../worker-types/orchestrator.ts';
import { plannerPrompt, type PlannerInput } from './planner-prompt.ts';

const input: PlannerInput = {
  goal: 'Compare <A> & <B>',
  context: null,
  recipe: null,
  workerTypes: [
    {
      type: 'researcher',
      description: 'Finds facts.',
      bestFor: 'Facts.',
      notFor: 'Prose.',
      tier: 'balanced',
    },
    { type: 'writer', description: 'Writes.', bestFor: 'Prose.', notFor: 'Facts.', tier: 'balanced' },
  ],
  maxTasks: 20,
  decomposition: 'hybrid',
  secondsPerTask: null,
};

const rest = `<worker_types>
<worker_type name="researcher">
<description>Finds facts.</description>
<best_for>Facts.</best_for>
<not_for>Prose.</not_for>
</worker_type>
<worker_type name="writer">
<description>Writes.</description>
<best_for>Prose.</best_for>
<not_for>Facts.</not_for>
</worker_type>
</worker_types>
<limits max_tasks="20" decomposition="hybrid" />`;

test('the goal, the worker types and the limits are all that a plain goal needs', () => {
  expect(plannerPrompt(input).user).toBe(`<goal>Compare &lt;A&gt; &amp; &lt;B&gt;</goal>\n${rest}`);
});

test('context and recipe come between the goal and the worker types', () => {
  const recipe = {
    name: 'report',
    title: 'Report',
    description: 'A report.',
    planHints: ['Research first.', 'Then write.'],
    synthesisHints: ['Begin with a summary.'],
    exampleGoal: 'Report on x.',
  };
  expect(plannerPrompt({ ...input, context: '{"team":"growth"}', recipe }).user).toBe(
    `<goal>Compare &lt;A&gt; &amp; &lt;B&gt;</goal>
<context>{"team":"growth"}</context>
<recipe name="report">
<hint>Research first.</hint>
<hint>Then write.</hint>
</recipe>
${rest}`,
  );
  expect(plannerPrompt({ ...input, context: ' ', recipe: { ...recipe, planHints: [] } })).toEqual(
    plannerPrompt(input),
  );
});

test('the system prompt is the same for every goal, names the role first and the reply last', () => {
  const { system } = plannerPrompt(input);
  const lines = system.split('\n');
  expect(lines[0]).toBe(
    'You are the planner of Baton, which splits a goal into tasks that specialised workers carry out.',
  );
  expect(lines.slice(-5)).toEqual([
    '# Reply',
    '- analysis: in a few sentences, what kind of goal it is, why you split it this way, and what you assumed.',
    '- mode: "plan" or "direct".',
    '- answer: the answer in mode "direct", otherwise null.',
    '- tasks: the tasks in mode "plan", otherwise an empty list.',
  ]);
  expect(plannerPrompt({ ...input, goal: 'Other', maxTasks: 3, decomposition: 'dynamic' }).system).toBe(
    system,
  );
});

test('the time for a task is told where there is a limit', () => {
  expect(plannerPrompt({ ...input, secondsPerTask: 90 }).user).toContain(
    '<limits max_tasks="20" decomposition="hybrid" seconds_per_task="90" />',
  );
});

test("a recipe's own instructions end the system prompt", () => {
  const recipe = {
    name: 'report',
    title: 'Report',
    description: 'A report.',
    planHints: [],
    synthesisHints: [],
    prompts: { planner: 'Plan one task per chapter.' },
    exampleGoal: 'Report on x.',
  };
  const { system } = plannerPrompt(input);
  expect(plannerPrompt({ ...input, recipe }).system).toBe(
    `${system}\n\n# Goals of this kind\nPlan one task per chapter.`,
  );
});

test('goals inside the goal are explained where they are offered', () => {
  const { system } = plannerPrompt({ ...input, workerTypes: [orchestrator] });
  expect(system).toContain('A task for "orchestrator" becomes a goal of its own');
  expect(plannerPrompt(input).system).not.toContain('"orchestrator"');
});

test('the whole prompt reads as it did when its version was set', async () => {
  const { system, user } = plannerPrompt({ ...input, workerTypes: [...input.workerTypes, orchestrator] });
  await expect(`${system}\n\n---\n${user}\n`).toMatchFileSnapshot('golden/planner.txt');
});
