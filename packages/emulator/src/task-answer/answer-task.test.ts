import { expect, test } from 'vitest';
import { budgetAddsUp } from '../answer/budget-table.ts';
import type { TaskInput, TaskPrompt } from '../answer/prompt.ts';
import { answerTask } from './answer-task.ts';

const TRIP = 'Plan a three-day trip to Lisbon for two with a budget of 900 euros';

function taskPrompt(worker: string, fields: Partial<TaskPrompt> = {}): TaskPrompt {
  return {
    role: 'task',
    goal: 'Compare solar and wind power',
    context: '',
    task: 'part',
    worker,
    description: 'Do the part.',
    requirements: ['Name the cost', 'Name the risks'],
    focus: '',
    approach: '',
    item: null,
    dependencies: [],
    revision: null,
    ...fields,
  };
}

const input = (task: string, output: string, status = 'succeeded'): TaskInput => ({
  task,
  status,
  output,
});

test.each([
  'researcher',
  'analyzer',
  'writer',
  'coder',
  'reviewer',
  'validator',
  'synthesizer',
  'specialist',
  'geocoder',
])('the %s takes up every requirement, quotes its dependency and says it is simulated', (worker) => {
  const dependencies = [input('early', '## Title\n\nThe early finding stands. More.\n\n- a point')];
  const answer = answerTask(taskPrompt(worker, { dependencies }));
  for (const expected of ['Name the cost', 'Name the risks', '[early]', 'The early finding stands.']) {
    expect(answer).toContain(expected);
  }
  expect(answer.endsWith('*Simulated answer: no model was called.*')).toBe(true);
});

test('the researcher gives each point a confidence and what the goal settles', () => {
  const answer = answerTask(
    taskPrompt('researcher', { goal: TRIP, description: 'Research sights in Lisbon.' }),
  );
  expect(answer.match(/\(confidence: (?:high|medium|low)\)/g)?.length).toBeGreaterThanOrEqual(6);
  expect(answer).toContain('- Budget: 900 euros (confidence: high)');
});

test('the analyzer turns research into a table of options and criteria', () => {
  const dependencies = ['solar', 'wind'].map((name) =>
    input(
      `research-${name}`,
      answerTask(taskPrompt('researcher', { requirements: [`Cost of ${name}`, `Limits of ${name}`] })),
    ),
  );
  const answer = answerTask(taskPrompt('analyzer', { description: 'Compare both.', dependencies }));
  expect(answer).toContain('| Option | Cost | Limits | Source |');
  expect(answer).toMatch(/^\| .*solar.* \| .+ \| .+ \| \[research-solar\] \|$/im);
  expect(answer).toMatch(/^\| .*wind.* \| .+ \| .+ \| \[research-wind\] \|$/im);
});

test('a budget is split into parts that add up to it', () => {
  const answer = answerTask(
    taskPrompt('analyzer', { goal: TRIP, description: 'Split the budget of 900 euros.' }),
  );
  expect(budgetAddsUp(answer)).toBe(true);
  expect(answer).toContain('360 + 180 + 225 + 90 + 45 = 900 euros.');
  expect(budgetAddsUp(answer.replace('| Lodging | 360 |', '| Lodging | 361 |'))).toBe(false);
});

test.each(['specialist', 'writer'])('an itinerary of the %s has a section for each day', (worker) => {
  const answer = answerTask(
    taskPrompt(worker, { goal: TRIP, description: 'Write the day-by-day itinerary.' }),
  );
  expect(answer.match(/^### Day \d+: .+$/gm)).toHaveLength(3);
  expect(answer.match(/- Budget: up to 300 of 900 euros/g)).toHaveLength(3);
});

test('the coder writes code in the language of the goal', () => {
  expect(answerTask(taskPrompt('coder', { task: 'code-auth' }))).toContain('```ts\n/** Do the part.');
  expect(answerTask(taskPrompt('coder', { goal: 'A Python tool', task: 'code-auth' }))).toContain(
    'def code_auth(',
  );
});

test('the validator counts days, adds up the budget and fails what is incomplete', () => {
  const goal = { goal: TRIP, requirements: ['All 3 days are planned'] };
  const budget = input(
    'budget',
    answerTask(taskPrompt('analyzer', { ...goal, description: 'Split the budget.' })),
  );
  const days = answerTask(taskPrompt('specialist', { ...goal, description: 'Write the itinerary.' }));
  const check = (dependencies: TaskInput[]): string =>
    answerTask(taskPrompt('validator', { ...goal, dependencies }));
  expect(check([budget, input('days', days)])).toContain('4 of 4 checks pass');
  const missing = check([budget, input('days', days.replace('### Day 3', '### Then'), 'partial')]);
  expect(missing).toContain('FAIL **All 3 days are planned**: 2 of 3 days have a section');
  expect(missing).toContain('FAIL **[days] is complete**: it ended as partial');
});

test('the reviewer asks for what it does not find', () => {
  const dependencies = [input('text', 'The cost is named here: name the cost.')];
  const answer = answerTask(
    taskPrompt('reviewer', { dependencies, requirements: ['Name the cost', 'Cite statutes'] }),
  );
  expect(answer).toContain('Verdict: accept with changes; 1 of 2 points are open.');
  expect(answer).toContain('**Cite statutes** (important)');
});
