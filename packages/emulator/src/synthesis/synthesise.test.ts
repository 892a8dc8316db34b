import { expect, test } from 'vitest';
import { budgetAddsUp } from '../answer/budget-table.ts';
import type { OutcomeInput, SynthesisPrompt } from '../answer/prompt.ts';
import { SIMULATED_LINE } from '../answer/simulated.ts';
import { synthesise } from './synthesise.ts';

const TRIP = 'Plan a three-day trip to Lisbon for two with a budget of 900 euros';

function outcome(
  task: string,
  worker: string,
  output: string,
  fields: Partial<OutcomeInput> = {},
): OutcomeInput {
  return { task, worker, status: 'succeeded', description: `Do ${task}.`, output, reason: '', ...fields };
}

function synthesisPrompt(goal: string, outcomes: OutcomeInput[]): SynthesisPrompt {
  return { role: 'synthesiser', goal, context: '', outcomes, revision: null, finishedEarly: '' };
}

function synthesis(goal: string, outcomes: OutcomeInput[]): string {
  return synthesise(synthesisPrompt(goal, outcomes));
}

test('combines every outcome under a theme, each point once, by task', () => {
  const text = synthesis('Compare A and B', [
    outcome(
      'a',
      'researcher',
      `## A\n\nA is first. Else.\n\n- Shared point\n- Point of A\n\n${SIMULATED_LINE}`,
    ),
    outcome('b', 'researcher', 'B is second.\n\n- shared point!\n- Point of B'),
    outcome('table', 'analyzer', 'Both compared.\n\n| Option | Cost |\n|---|---|\n| A | 1 |\n| B | 2 |'),
    outcome('code', 'coder', 'An outline.\n\n```ts\nlet a = 1;\n```'),
    outcome('end', 'writer', 'Take A.'),
  ]);
  expect(text).toMatch(/^# A and B\n/);
  expect(text).toContain('This answer combines 5 of 5 tasks: [a], [b], [table], [code] and [end].');
  expect(text).toContain('It comes down to this [end]: Take A.');
  for (const expected of [
    'A is first.',
    'B is second.',
    '- Point of A',
    '- Point of B',
    '| A | 1 |',
    'let a = 1;',
  ]) {
    expect(text).toContain(expected);
  }
  expect(text.match(/shared point/gi)).toHaveLength(1);
  expect(text.match(/^## .+$/gm)).toEqual([
    '## At a glance',
    '## What was found',
    '## What it means',
    '## Code',
    '## In full',
  ]);
  expect(text.split(SIMULATED_LINE)).toHaveLength(2);
  expect(text.endsWith(SIMULATED_LINE)).toBe(true);
});

test('says what is missing and why', () => {
  const text = synthesis('Compare A and B', [
    outcome('a', 'researcher', 'A is first.', { status: 'partial' }),
    outcome('b', 'researcher', '', { status: 'failed', reason: 'the model refused' }),
    outcome('c', 'writer', '', { status: 'skipped', reason: 'b failed.' }),
  ]);
  expect(text).toContain('combines 1 of 3 tasks: [a].');
  expect(text).toContain('(partial) [a]');
  expect(text).toContain(
    '## What is missing\n\n- [b] failed: Do b. Reason: the model refused.\n- [c] skipped: Do c. Reason: b failed.',
  );
});

test('with nothing to combine, says so', () => {
  const text = synthesis('Compare A and B', [outcome('a', 'researcher', '', { status: 'failed' })]);
  expect(text).toContain('No task brought a result');
  expect(text).toContain('- [a] failed: Do a. Reason: no reason was given.');
});

test('a journey always has its days and a budget that adds up', () => {
  const text = synthesis(TRIP, [outcome('sights', 'researcher', 'Some sights.')]);
  expect(text.match(/^### Day \d: .+$/gm)).toHaveLength(3);
  expect(budgetAddsUp(text)).toBe(true);
});

test('a journey takes its days and its budget from the tasks that made them', () => {
  const days = '### Day 1: there\n\n- Morning: go\n\n### Day 2: back\n\n- Morning: return';
  const table = '| Category | Amount |\n|---|---|\n| All | 900 |\n| **Total** | **900** |';
  const text = synthesis(TRIP, [
    outcome('plan', 'specialist', days),
    outcome('money', 'analyzer', `Split.\n\n${table}`),
  ]);
  expect(text.match(/^### Day \d: .+$/gm)).toEqual(['### Day 1: there', '### Day 2: back']);
  expect(text).toContain(`## Budget\n\n${table}\n\nSplit: [money]`);
});

test('an answer that was finished early says so and names what did not run', () => {
  const prompt = synthesisPrompt('Write about tea', [
    outcome('a', 'writer', 'Tea is a drink.'),
    outcome('b', 'reviewer', '', { status: 'cancelled', reason: 'Not needed: the goal was finished early.' }),
  ]);
  const text = synthesise({ ...prompt, finishedEarly: '[a] answers the goal.' });
  expect(text).toContain('This answer was finished early: [a] answers the goal. It does without [b].');
  expect(text).toContain('- [b] cancelled: Do b. Reason: Not needed: the goal was finished early.');
});

test('results that give different figures for the same thing are set against each other', () => {
  const text = synthesis('Compare A and B', [
    outcome('a', 'researcher', 'One.\n\n- Price of A: 10 euros\n- Budget: 5'),
    outcome('b', 'researcher', 'Two.\n\n- Price of A: 12 euros\n- Budget: 6'),
  ]);
  expect(text).toContain('## Where the results disagree\n\n- Price of A: 10 euros [a] and 12 euros [b].');
});

test('what was written item by item is kept whole, and its list is not told again', () => {
  const text = synthesis('Write a report on tea in two sections', [
    outcome('outline', 'writer', '- Leaves\n- Water'),
    outcome('sections', 'writer', '## 1. Leaves\n\nOf leaves.\n\n## 2. Water\n\nOf water.'),
  ]);
  expect(text).toContain('## Leaves\n\nOf leaves.\n\n## Water\n\nOf water.\n\nText: [sections]');
  expect(text).not.toContain('- Leaves');
});

test('a revised answer settles the feedback; a letter takes no references', () => {
  const prompt = synthesisPrompt('Write about tea', [outcome('a', 'writer', 'Tea is a drink.')]);
  const revision = { previous: synthesise(prompt), feedback: ['Name one example.'] };
  expect(synthesise({ ...prompt, revision })).toContain('- Settled: name one example.');
  expect(synthesis('Write a letter to the mayor', [outcome('a', 'writer', 'Dear mayor.')])).not.toContain(
    '[a]',
  );
});
