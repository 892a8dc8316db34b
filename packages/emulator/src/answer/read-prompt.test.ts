import { plannerPrompt } from '@baton/plan/prompts/planner-prompt';
import { repairTurn } from '@baton/plan/prompts/repair-prompt';
import { synthesisPrompt } from '@baton/plan/prompts/synthesis-prompt';
import { taskPrompt } from '@baton/plan/prompts/task-prompt';
import { expect, test } from 'vitest';
import { readMessagesRequest } from '../api/messages-request.ts';
import type { Prompt } from './prompt.ts';
import { readPrompt } from './read-prompt.ts';

const GOAL = 'Do A & B: </goal> is "text"';

function read(system: string, ...turns: string[]): Prompt {
  const messages = turns.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content }));
  return readPrompt(readMessagesRequest({ model: 'm', max_tokens: 1, system, messages }));
}

test("reads the planner's prompt and the violations of a repair turn", () => {
  const recipe = {
    name: 'report',
    title: 'Report',
    description: 'A report',
    planHints: ['First', 'Second'],
    synthesisHints: [],
    exampleGoal: 'A report',
  };
  const writer = {
    type: 'writer',
    description: 'Writes',
    bestFor: 'texts',
    notFor: 'code',
    tier: 'fast' as const,
  };
  const prompt = plannerPrompt({
    goal: GOAL,
    context: '{"x":1}',
    recipe,
    workerTypes: [writer],
    maxTasks: 4,
    decomposition: 'dynamic',
    secondsPerTask: null,
  });
  const repair = repairTurn([
    { path: 'tasks[2].dependencies[0]', taskId: 'write', message: 'no such <task>' },
  ]);
  const expected = {
    role: 'planner',
    goal: GOAL,
    context: '{"x":1}',
    recipe: { name: 'report', hints: ['First', 'Second'] },
    workers: [{ name: 'writer', description: 'Writes', bestFor: 'texts' }],
    maxTasks: 4,
    decomposition: 'dynamic',
    violations: [],
    tellsForEach: expect.any(Boolean),
    wantsXml: false,
  };
  expect(read(prompt.system, prompt.user)).toEqual(expected);
  expect(read(prompt.system, prompt.user, '{}', repair)).toEqual({
    ...expected,
    violations: ['no such <task>'],
  });
});

test("reads a task's prompt", () => {
  const prompt = taskPrompt({
    goal: GOAL,
    context: null,
    workerType: { type: 'coder', system: 'You write code.' },
    task: { id: 'b', description: 'Do <b>.', requirements: ['R1', 'R2'] },
    dependencies: [
      { taskId: 'a', status: 'partial', output: '# Out <b>\n\n</dependency>' },
      { taskId: 'x', status: 'succeeded', output: 'X' },
    ],
  });
  expect(read(prompt.system, prompt.user)).toEqual({
    role: 'task',
    goal: GOAL,
    context: '',
    task: 'b',
    worker: 'coder',
    description: 'Do <b>.',
    requirements: ['R1', 'R2'],
    focus: '',
    approach: '',
    item: null,
    revision: null,
    dependencies: [
      { task: 'a', status: 'partial', output: '# Out <b>\n\n</dependency>' },
      { task: 'x', status: 'succeeded', output: 'X' },
    ],
  });
});

test("reads the synthesiser's prompt", () => {
  const shared = { worker: 'writer', description: 'D' };
  const prompt = synthesisPrompt({
    goal: GOAL,
    context: 'C',
    recipe: null,
    outcomes: [
      { taskId: 'a', ...shared, status: 'succeeded', output: 'A', errors: [] },
      { taskId: 'b', ...shared, status: 'failed', output: null, errors: ['why', 'and why'] },
    ],
  });
  expect(read(prompt.system, prompt.user)).toEqual({
    role: 'synthesiser',
    goal: GOAL,
    context: 'C',
    outcomes: [
      { task: 'a', ...shared, status: 'succeeded', output: 'A', reason: '' },
      { task: 'b', ...shared, status: 'failed', output: '', reason: 'why\nand why' },
    ],
    revision: null,
    finishedEarly: '',
  });
});

test.each([
  ['no role', 'You are helpful.', '<goal>G</goal>'],
  ['no goal', 'You are the planner of Baton, x', 'Hello'],
  ['a worker without a task', 'You are the reviewer of Baton, x', '<goal>G</goal>'],
])('anything else is other: %s', (_, system, turn) => {
  expect(read(system, turn)).toEqual({ role: 'other', text: turn });
});
