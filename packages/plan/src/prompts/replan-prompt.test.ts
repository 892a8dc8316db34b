import { expect, test } from 'vitest';
import { replanPrompt, type ReplanInput } from './replan-prompt.ts';

const task = {
  id: 'market',
  worker: 'researcher',
  description: 'Find prices < 5.',
  requirements: ['Three sources'],
  dependencies: [],
  priority: 'high',
  complexity: 'low',
} as const;
const input: ReplanInput = {
  goal: 'Compare A & B',
  context: 'For a school.',
  recipe: null,
  workerTypes: [
    { type: 'researcher', description: 'Finds.', bestFor: 'Facts.', notFor: 'Prose.', tier: 'fast' },
  ],
  maxTasks: 20,
  decomposition: 'hybrid',
  secondsPerTask: 60,
  tasks: [
    {
      task: { ...task, requirements: [...task.requirements], dependencies: [] },
      status: 'succeeded',
      output: { text: 'A […] B', kept: 10, of: 900 },
      errors: [],
    },
    {
      task: {
        ...task,
        id: 'risk',
        requirements: [],
        dependencies: ['market'],
        focus: 'Fire',
        forEach: 'market',
      },
      status: 'failed',
      output: null,
      errors: ['No key.', 'Twice.'],
    },
    {
      task: {
        ...task,
        id: 'text',
        worker: 'specialist',
        requirements: [],
        dependencies: ['market', 'risk'],
        approach: 'formal',
      },
      status: 'skipped',
      output: { text: 'B', kept: 1, of: 1 },
      errors: [],
    },
  ],
};

test('every task is told with how it ended', () => {
  expect(replanPrompt(input).user).toBe(`<goal>Compare A &amp; B</goal>
<context>For a school.</context>
<worker_types>
<worker_type name="researcher">
<description>Finds.</description>
<best_for>Facts.</best_for>
<not_for>Prose.</not_for>
</worker_type>
</worker_types>
<limits max_tasks="20" decomposition="hybrid" seconds_per_task="60" />
<plan>
<task id="market" worker="researcher" status="succeeded" priority="high" complexity="low" dependencies="">
<description>Find prices &lt; 5.</description>
<requirements>
<requirement>Three sources</requirement>
</requirements>
<output kept="10" of="900">A […] B</output>
</task>
<task id="risk" worker="researcher" status="failed" priority="high" complexity="low" dependencies="market">
<description>Find prices &lt; 5.</description>
<focus>Fire</focus>
<for_each>market</for_each>
<reason>No key.
Twice.</reason>
</task>
<task id="text" worker="specialist" status="skipped" priority="high" complexity="low" dependencies="market risk">
<description>Find prices &lt; 5.</description>
<approach>formal</approach>
<output>B</output>
</task>
</plan>`);
});

test("the role is named first, and a recipe's own instructions end the system prompt", () => {
  const { system } = replanPrompt(input);
  expect(system).toMatch(/^You are the replanner of Baton, /);
  const recipe = {
    name: 'report',
    title: 'Report',
    description: 'A report.',
    planHints: ['Research first.'],
    synthesisHints: [],
    prompts: { planner: 'Plan by chapter.' },
    exampleGoal: 'Report on x.',
  };
  const told = replanPrompt({ ...input, recipe });
  expect(told.system).toBe(`${system}\n\n# Goals of this kind\nPlan by chapter.`);
  expect(told.user).toContain('<recipe name="report">\n<hint>Research first.</hint>\n</recipe>');
});

test('the whole prompt reads as it did when its version was set', async () => {
  const { system, user } = replanPrompt(input);
  await expect(`${system}\n\n---\n${user}\n`).toMatchFileSnapshot('golden/replanner.txt');
});
