import { expect, test } from 'vitest';
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
    '- mode: "plan" or "direct".',
    '- analysis: in a few sentences, what kind of goal it is, why you split it this way, and what you assumed.',
    '- answer: the answer in mode "direct", otherwise null.',
    '- tasks: the tasks in mode "plan", otherwise an empty list.',
  ]);
  expect(plannerPrompt({ ...input, goal: 'Other', maxTasks: 3, decomposition: 'dynamic' }).system).toBe(
    system,
  );
});
