import { checkPlannerReply } from '@baton/plan/planner-reply';
import { decompositions, plannerReplySchema } from '@baton/plan/plan';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlannerPrompt } from '../answer/prompt.ts';
import { planGoal } from './plan-goal.ts';

const BUILT_IN = [
  'researcher',
  'analyzer',
  'writer',
  'coder',
  'reviewer',
  'validator',
  'synthesizer',
  'specialist',
  'orchestrator',
];
const GOALS = [
  'Compare solar, wind and nuclear power for a mid-sized city',
  'Compare A, B, C, D, E, F, G, H and I',
  'Compare analysis, report and review',
  'Plan a three-day trip to Lisbon for two with a budget of 900 euros',
  'Build a REST API in TypeScript with auth, storage and tests',
  'Write marketing copy for email, web and print',
  'Review this contract for risks',
  'Write a report on analysis, report, and review',
  'Organise a birthday party for 12 people with 1.5k dollars',
  '规划一次旅行',
  'Compare 甲, 乙 and 丙',
  'What is 2+2?',
  'Run a programme of three large projects: a new website, a mobile app and a data warehouse',
  'Write a report on urban bee-keeping in four sections',
  'Write a report section by section on a, A and a.',
  'Research the market for e-bikes and profile each of the five largest competitors',
  'For every city in the list write a postcard',
  'Write a product description for a water bottle in a formal, a conversational and a technical version',
  'Write a slogan in three styles',
  'Market research for oat milk in Spain',
  'Write a blog post on sleep',
  'Technical analysis of our payment service: latency, cost and failure modes',
  'Review this function for correctness, security and tests',
  'Analyse this contract for us',
  'Summarise the attached report',
  'Extract the claims of this article',
  'Summarise the findings of our study, based on the results and the draft',
  'Write a letter to each of them',
  'Write about tea [first draft fails review]',
];

function promptFor(goal: string, maxTasks = 20, workers: readonly string[] = BUILT_IN): PlannerPrompt {
  return {
    role: 'planner',
    goal,
    context: '',
    recipe: null,
    workers: workers.map((name) => ({ name, description: `Does ${name} work`, bestFor: `${name} tasks` })),
    maxTasks,
    decomposition: 'hybrid',
    violations: [],
    tellsForEach: true,
    wantsXml: false,
  };
}

test('every plan is lawful, for any goal, task limit, decomposition and choice of workers', () => {
  const goals = fc.oneof(fc.constantFrom(...GOALS), fc.string({ minLength: 1 }), fc.lorem({ maxCount: 30 }));
  const offers = fc.uniqueArray(fc.constantFrom(...BUILT_IN, 'geocoder', 'oracle'), { minLength: 1 });
  const limits = fc.record({
    maxTasks: fc.integer({ min: 1, max: 25 }),
    workers: offers,
    decomposition: fc.constantFrom(...decompositions),
  });
  fc.assert(
    fc.property(goals, limits, (goal, { maxTasks, workers, decomposition }) => {
      const prompt = { ...promptFor(goal, maxTasks, workers), decomposition };
      const reply = plannerReplySchema.parse(planGoal(prompt));
      if (reply.mode === 'direct') {
        expect(reply.tasks).toEqual([]);
        expect(reply.answer).toContain('Simulated answer');
        return;
      }
      expect(checkPlannerReply(reply, { maxTasks, workers, decomposition, material: goal })).toMatchObject({
        kind: 'plan',
      });
    }),
    { numRuns: 300 },
  );
});

test('a plan is made for every goal that deserves one, whoever is on offer', () => {
  for (const worker of BUILT_IN) {
    const reply = planGoal(promptFor('Compare A, B and C', 20, [worker]));
    expect(reply.mode).toBe('plan');
    expect(reply.tasks.length).toBeGreaterThanOrEqual(worker === 'specialist' ? 1 : 4);
  }
});

test('dependencies come before their dependents', () => {
  for (const goal of GOALS) {
    const earlier = new Set<string>();
    for (const task of planGoal(promptFor(goal)).tasks) {
      for (const dependency of task.dependencies) expect(earlier).toContain(dependency);
      earlier.add(task.id);
    }
  }
});

test('a comparison researches each option in parallel, then compares, recommends and checks', () => {
  const { tasks } = planGoal(promptFor('Compare solar, wind and nuclear power for a mid-sized city'));
  expect(tasks.map((task) => [task.id, task.worker, task.dependencies])).toEqual([
    ['research-solar-power', 'researcher', []],
    ['research-wind-power', 'researcher', []],
    ['research-nuclear-power', 'researcher', []],
    ['compare', 'analyzer', ['research-solar-power', 'research-wind-power', 'research-nuclear-power']],
    ['recommendation', 'writer', ['compare']],
    ['check', 'validator', ['compare', 'recommendation']],
  ]);
});

test('a journey is planned with its place, days and budget in the tasks', () => {
  const { tasks } = planGoal(promptFor('Plan a three-day trip to Lisbon for two with a budget of 900 euros'));
  expect(tasks.map((task) => [task.id, task.dependencies])).toEqual([
    ['sights', []],
    ['prices', []],
    ['budget', ['prices']],
    ['itinerary', ['sights', 'budget']],
    ['check', ['budget', 'itinerary']],
  ]);
  expect(tasks[2]?.description).toContain('900 euros');
  expect(tasks[3]?.requirements).toContain('Cover day 1 to day 3');
});

test('with one task left, that task produces the answer', () => {
  const { tasks } = planGoal(promptFor('Compare A, B and C', 1));
  expect(tasks.map((task) => [task.id, task.dependencies])).toEqual([['recommendation', []]]);
});

test('a custom worker type that the goal calls for gets a task', () => {
  const prompt = promptFor('Use the geocoder on these addresses and write a report', 20, [
    'researcher',
    'writer',
    'geocoder',
  ]);
  expect(planGoal(prompt).tasks.map((task) => task.worker)).toContain('geocoder');
});

test.each([
  ['What is 2+2?', '2 + 2 = 4'],
  ['12 / 0', 'has no value'],
  ['Say hello', 'Hello!'],
  ['Capital of France?', 'one question with one answer'],
])('%s is answered directly and says that it is simulated', (goal, answer) => {
  const reply = planGoal(promptFor(goal));
  expect(reply).toMatchObject({ mode: 'direct', tasks: [] });
  expect(reply.answer).toContain(answer);
  expect(reply.answer).toContain('*Simulated answer: no model was called.*');
});

test('says in the analysis that it is simulated, and what it mends', () => {
  const reply = planGoal({ ...promptFor('Compare A and B'), violations: ['a cycle'] });
  expect(reply.analysis).toMatch(
    /^Simulated plan: no model was called\..*replaces one that broke one of the plan laws/,
  );
});

test('sections are listed first and then written one task each, where the prompt tells of it', () => {
  const prompt = promptFor('Write a report on urban bee-keeping in four sections');
  expect(planGoal(prompt).tasks.map((task) => [task.id, task.forEach, task.dependencies])).toEqual([
    ['outline', null, []],
    ['material', null, []],
    ['sections', 'outline', ['outline', 'material']],
    ['review', null, ['sections']],
  ]);
  const without = planGoal({ ...prompt, tellsForEach: false }).tasks;
  expect(without.every((task) => task.forEach === null)).toBe(true);
});

test('a programme has a sub-goal per project, where that worker type is on offer', () => {
  const goal = 'Run a programme of three large projects: a new website, a mobile app and a data warehouse';
  expect(planGoal(promptFor(goal)).tasks.map((task) => task.worker)).toEqual([
    'orchestrator',
    'orchestrator',
    'orchestrator',
    'analyzer',
  ]);
  const workers = BUILT_IN.filter((name) => name !== 'orchestrator');
  expect(planGoal(promptFor(goal, 20, workers)).tasks.map((task) => task.worker)).not.toContain(
    'orchestrator',
  );
});

test('versions are custom tasks as far as the decomposition lets them', () => {
  const goal =
    'Write a product description for a water bottle in a formal, a conversational and a technical version';
  const approaches = (decomposition: (typeof decompositions)[number]): unknown[] =>
    planGoal({ ...promptFor(goal), decomposition }).tasks.flatMap((task) => task.approach ?? []);
  expect(approaches('dynamic')).toEqual(['formal', 'conversational', 'technical']);
  expect(approaches('hybrid')).toEqual(['technical']);
  expect(approaches('constrained')).toEqual([]);
});

test.each([
  ['Market research for oat milk in Spain', 'expert-view', 'pricing strategist'],
  ['Write a blog post on sleep', 'edit', 'copy editor'],
  ['Technical analysis of our payment service', 'architecture', 'systems architect'],
  ['Review this function for correctness and tests', 'security', 'security auditor'],
  ['Analyse this contract for us', 'expert-reading', 'contract lawyer'],
  ['Summarise the attached report', 'expert-reading', 'auditor'],
  ['Analyse this article', 'expert-reading', 'fact checker'],
])('%s has one custom task, by %s as %s, and says why each task is there', (goal, id, approach) => {
  const { tasks } = planGoal(promptFor(goal));
  const custom = tasks.filter((task) => task.worker === 'specialist');
  expect(custom.map((task) => [task.id, task.approach])).toEqual([[id, approach]]);
  for (const task of tasks) expect([task.why, task.focus]).not.toContain(null);
});
