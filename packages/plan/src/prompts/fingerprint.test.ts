import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { plannerPrompt, PROMPT_VERSION as PLANNER_VERSION } from './planner-prompt.ts';
import { PROMPT_VERSION as REPAIR_VERSION, repairTurn } from './repair-prompt.ts';
import { PROMPT_VERSION as SYNTHESIS_VERSION, synthesisPrompt } from './synthesis-prompt.ts';
import { PROMPT_VERSION as TASK_VERSION, taskPrompt } from './task-prompt.ts';

const goal = { goal: 'g', context: null, recipe: null };
const task = { id: 'a', description: 'd', requirements: [] };

const texts = {
  [PLANNER_VERSION]: plannerPrompt({ ...goal, workerTypes: [], maxTasks: 1, decomposition: 'hybrid' }).system,
  [TASK_VERSION]: taskPrompt({ ...goal, workerType: { type: 'x', system: 's' }, task, dependencies: [] })
    .system,
  [SYNTHESIS_VERSION]: synthesisPrompt({ ...goal, outcomes: [] }).system,
  [REPAIR_VERSION]: repairTurn([]),
};

/** When this fails because a wording was changed: raise that prompt's PROMPT_VERSION and write down the new fingerprint. */
test('each wording belongs to its version', () => {
  const prints = Object.entries(texts).map(([version, text]) => [
    version,
    createHash('sha256').update(text).digest('hex').slice(0, 12),
  ]);
  expect(Object.fromEntries(prints)).toMatchInlineSnapshot(`
    {
      "planner-1": "63f8b03d432d",
      "repair-1": "87bd5d2408ee",
      "synthesis-1": "c287d3041f74",
      "task-1": "7baa45fdb9ac",
    }
  `);
});
