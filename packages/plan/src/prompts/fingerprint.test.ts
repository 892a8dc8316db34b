import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { builtInWorkerTypes } from '../worker-types/built-in.ts';
import { orchestrator } from '../worker-types/orchestrator.ts';
import { assessorPrompt, PROMPT_VERSION as ASSESSOR_VERSION } from './assessor-prompt.ts';
import { continuationPrompt, PROMPT_VERSION as CONTINUATION_VERSION } from './continuation-prompt.ts';
import { plannerPrompt, PROMPT_VERSION as PLANNER_VERSION } from './planner-prompt.ts';
import { PROMPT_VERSION as REPLANNER_VERSION, replanPrompt } from './replan-prompt.ts';
import { PROMPT_VERSION as REPAIR_VERSION, repairTurn } from './repair-prompt.ts';
import { PROMPT_VERSION as REVIEW_VERSION, reviewPrompt } from './review-prompt.ts';
import { PROMPT_VERSION as SYNTHESIS_VERSION, synthesisPrompt } from './synthesis-prompt.ts';
import { PROMPT_VERSION as TASK_VERSION, taskPrompt } from './task-prompt.ts';
import { PROMPT_VERSION as TOOLS_VERSION, TOOL_RULES } from './tool-rules.ts';
import { promptVersions } from './versions.ts';

const goal = { goal: 'g', context: null, recipe: null };
const planning = {
  ...goal,
  workerTypes: [orchestrator],
  maxTasks: 1,
  decomposition: 'hybrid',
  secondsPerTask: null,
} as const;
const task = { id: 'a', description: 'd', requirements: [] };

const texts = {
  [PLANNER_VERSION]: plannerPrompt(planning).system,
  [REPLANNER_VERSION]: replanPrompt({ ...planning, tasks: [] }).system,
  // The built-in types' own words are part of what a task is told.
  [TASK_VERSION]: [{ type: 'x', system: 's' }, ...builtInWorkerTypes]
    .map((workerType) => taskPrompt({ ...goal, workerType, task, dependencies: [] }).system)
    .join('\n'),
  [SYNTHESIS_VERSION]: synthesisPrompt({ ...goal, outcomes: [] }).system,
  [REVIEW_VERSION]: reviewPrompt({
    ...goal,
    task: null,
    dependencies: [],
    result: 'r',
    previousFeedback: [],
    judge: { number: 1, of: 1 },
  }).system,
  [ASSESSOR_VERSION]: assessorPrompt({ ...goal, outcomes: [], openTasks: [] }).system,
  [REPAIR_VERSION]: repairTurn([]),
  [CONTINUATION_VERSION]: continuationPrompt,
  [TOOLS_VERSION]: TOOL_RULES,
};

/** When this fails because a wording was changed: raise that prompt's PROMPT_VERSION and write down the new fingerprint. */
test('each wording belongs to its version', () => {
  const prints = Object.entries(texts).map(([version, text]) => [
    version,
    createHash('sha256').update(text).digest('hex').slice(0, 12),
  ]);
  expect(Object.fromEntries(prints)).toMatchInlineSnapshot(`
    {
      "assessor-2": "c26110177f54",
      "continuation-1": "d38a587bce27",
      "planner-3": "79fbbd2b6b6e",
      "repair-1": "87bd5d2408ee",
      "replanner-1": "7dc6b4284eb9",
      "review-2": "51f13ecb4312",
      "synthesis-2": "09ef62a064db",
      "task-3": "fd019782f4aa",
      "tools-2": "2cbf6c40dec3",
    }
  `);
});

test('every role has its version', () => {
  expect(promptVersions).toEqual({
    planner: PLANNER_VERSION,
    replanner: REPLANNER_VERSION,
    task: TASK_VERSION,
    synthesis: SYNTHESIS_VERSION,
    review: REVIEW_VERSION,
    assessor: ASSESSOR_VERSION,
    repair: REPAIR_VERSION,
    continuation: CONTINUATION_VERSION,
    tools: TOOLS_VERSION,
  });
  expect(new Set(Object.values(promptVersions)).size).toBe(Object.keys(promptVersions).length);
});
