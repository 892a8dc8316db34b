import { listOutput } from '@baton/plan/list-output';
import { decompositions, plannerReplySchema, type Plan } from '@baton/plan/plan';
import { checkPlannerReply } from '@baton/plan/planner-reply';
import { assessorPrompt } from '@baton/plan/prompts/assessor-prompt';
import { plannerPrompt } from '@baton/plan/prompts/planner-prompt';
import { replanPrompt } from '@baton/plan/prompts/replan-prompt';
import { reviewPrompt } from '@baton/plan/prompts/review-prompt';
import { synthesisPrompt } from '@baton/plan/prompts/synthesis-prompt';
import { readXmlPlan, XML_INSTRUCTION, type ReplyElement } from '@baton/plan/prompts/xml-plan';
import { taskPrompt } from '@baton/plan/prompts/task-prompt';
import { applyPatch, planPatchSchema } from '@baton/plan/replan';
import { isUsable, type OutcomeStatus } from '@baton/plan/task-readiness';
import { order } from '@baton/plan/topology';
import { builtInWorkerTypes } from '@baton/plan/worker-types/built-in';
import { planningWorkerTypes } from '@baton/plan/worker-types/orchestrator';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMessagesRequest } from '../api/messages-request.ts';
import { parseElements, type Element } from './elements.ts';
import { composeAnswer } from './compose-answer.ts';
import { readPrompt } from './read-prompt.ts';

const GOALS = [
  'Compare solar, wind and nuclear power for a mid-sized city',
  'Plan a three-day trip to Lisbon for two with a budget of 900 euros',
  'Build a REST API in TypeScript with auth, storage and tests',
  'Write marketing copy for email, web and print',
  'Write a product description for a water bottle in a formal, a conversational and a technical version',
  'Write a report on urban bee-keeping in four sections',
  'Research e-bikes and profile each of the five largest competitors',
  'Run a programme of three large projects: a new website, a mobile app and a data warehouse',
  'Market research for oat milk in Spain',
  'Write a blog post on sleep',
  'Technical analysis of our payment service',
  'Review this function for correctness, security and tests',
  'Analyse this contract for us',
  'Summarise the findings of our study, based on the results and the draft',
  'Organise a street party',
];
const goals = fc.oneof(fc.constantFrom(...GOALS), fc.lorem({ maxCount: 25 }), fc.string({ minLength: 1 }));

function ask(prompt: { readonly system: string; readonly user: string }): string {
  const messages = [{ role: 'user', content: prompt.user }];
  const request = readMessagesRequest({ model: 'm', max_tokens: 1, system: prompt.system, messages });
  return composeAnswer(request, readPrompt(request));
}

function planned(goal: string, decomposition: (typeof decompositions)[number], maxTasks = 20): Plan | null {
  const workers = planningWorkerTypes.map(({ type }) => type);
  const limits = { maxTasks, workers, decomposition, material: goal };
  const prompt = plannerPrompt({
    goal,
    context: null,
    recipe: null,
    workerTypes: planningWorkerTypes,
    maxTasks,
    decomposition,
    secondsPerTask: null,
  });
  const reply = plannerReplySchema.parse(JSON.parse(ask(prompt)));
  const verdict = checkPlannerReply(reply, limits);
  expect(verdict.kind === 'broken' ? verdict.violations : []).toEqual([]);
  return verdict.kind === 'plan' ? verdict.plan : null;
}

test('whatever the goal, the planner of Baton is given a lawful plan or an answer', () => {
  fc.assert(
    fc.property(
      goals,
      fc.constantFrom(...decompositions),
      fc.integer({ min: 1, max: 20 }),
      (goal, mode, most) => {
        fc.pre(goal.trim() !== '');
        planned(goal, mode, most);
      },
    ),
    { numRuns: 80 },
  );
});

test('the result of each built-in worker type passes its judge, and one that is too short does not', () => {
  for (const goal of GOALS) {
    const outputs = new Map<string, string>();
    for (const task of order(planned(goal, 'hybrid')?.tasks ?? [])) {
      const workerType = builtInWorkerTypes.find(({ type }) => type === task.worker);
      if (workerType === undefined) continue;
      const dependencies = task.dependencies.flatMap((taskId) => {
        const output = outputs.get(taskId);
        return output === undefined ? [] : [{ taskId, status: 'succeeded' as const, output }];
      });
      const told = { goal, context: null, task: { ...task, worker: task.worker }, dependencies };
      const result = ask(taskPrompt({ ...told, workerType }));
      outputs.set(task.id, result);
      const judged = (text: string): unknown =>
        JSON.parse(
          ask(reviewPrompt({ ...told, result: text, previousFeedback: [], judge: { number: 1, of: 1 } })),
        );
      expect({ goal, id: task.id, ...(judged(result) as object) }).toMatchObject({
        pass: true,
        feedback: [],
      });
      expect(judged('Done.')).toMatchObject({ pass: false });
      if (/plain markdown list/.test(task.description))
        expect(listOutput(result)).toMatchObject({ kind: 'list' });
    }
  }
});

test('whatever has failed, the replanner of Baton is given a lawful patch', () => {
  const marks = fc.constantFrom('', ' [failed tasks are dropped]', ' [replanning does not help]');
  fc.assert(
    fc.property(
      fc.constantFrom(...GOALS),
      marks,
      fc.constantFrom(...decompositions),
      fc.nat(),
      (text, mark, mode, seed) => {
        const goal = text + mark;
        const plan = planned(goal, mode);
        if (plan === null) return;
        const outcomes = outcomesOf(plan, seed);
        const workers = planningWorkerTypes.map(({ type }) => type);
        const prompt = replanPrompt({
          goal,
          context: null,
          recipe: null,
          workerTypes: planningWorkerTypes,
          maxTasks: 20,
          decomposition: mode,
          secondsPerTask: null,
          tasks: plan.tasks.map((task) => ({
            task,
            status: outcomes.get(task.id) ?? 'succeeded',
            output: null,
            errors: [],
          })),
        });
        const patch = planPatchSchema.parse(JSON.parse(ask(prompt)));
        const limits = { maxTasks: 20, workers, decomposition: mode, material: goal };
        const verdict = applyPatch(plan, outcomes, patch, limits);
        expect(verdict.kind === 'broken' ? verdict.violations : []).toEqual([]);
        if (mark === '' && [...outcomes.values()].includes('failed')) expect(verdict.kind).toBe('patched');
      },
    ),
    { numRuns: 40 },
  );
});

/** Some tasks fail, and what waits for them is skipped. */
function outcomesOf(plan: Plan, seed: number): Map<string, OutcomeStatus> {
  const outcomes = new Map<string, OutcomeStatus>();
  let state = seed % 2_147_483_647;
  for (const { id, dependencies } of order(plan.tasks)) {
    state = (state * 48_271 + 11) % 2_147_483_647;
    const canRun = dependencies.every((each) => isUsable(outcomes.get(each) ?? 'skipped'));
    outcomes.set(id, canRun ? (state % 3 === 0 ? 'failed' : 'succeeded') : 'skipped');
  }
  return outcomes;
}

test('a plan in XML is the plan in JSON', () => {
  const workers = planningWorkerTypes.map(({ type }) => type);
  fc.assert(
    fc.property(goals, fc.constantFrom(...decompositions), (goal, decomposition) => {
      fc.pre(goal.trim() !== '');
      const prompt = plannerPrompt({
        goal,
        context: null,
        recipe: null,
        workerTypes: planningWorkerTypes,
        maxTasks: 20,
        decomposition,
        secondsPerTask: null,
      });
      const reply = ask({ system: `${prompt.system}\n\n${XML_INSTRUCTION}`, user: prompt.user });
      const read = readXmlPlan(parseElements(reply).map(asReply), workers);
      expect(read).toMatchObject({ kind: 'object' });
      const plan = plannerReplySchema.parse(read.kind === 'object' ? read.value : null);
      const limits = { maxTasks: 20, workers, decomposition, material: goal };
      const verdict = checkPlannerReply(plan, limits);
      expect(verdict.kind === 'broken' ? verdict.violations : []).toEqual([]);
      const inJson = planned(goal, decomposition);
      expect(verdict.kind === 'plan' ? verdict.plan.tasks.length : 0).toBe(inJson?.tasks.length ?? 0);
    }),
    { numRuns: 40 },
  );
});

function asReply({ name, children, text }: Element): ReplyElement {
  return { name, children: children.map(asReply), text, isClosed: true };
}

test('the assessor and the synthesiser of Baton are answered from their outcomes', () => {
  const outcomes = [
    {
      taskId: 'a',
      worker: 'writer',
      status: 'succeeded' as const,
      description: 'Do a.',
      output: 'A is so.',
      errors: [],
    },
    {
      taskId: 'b',
      worker: 'reviewer',
      status: 'cancelled' as const,
      description: 'Check a.',
      output: null,
      errors: ['Not needed: the goal was finished early: enough.'],
    },
  ];
  const told = { goal: 'Write about tea', context: null, recipe: null };
  const openTasks = [{ id: 'b', worker: 'reviewer', description: 'Check a.' }];
  expect(JSON.parse(ask(assessorPrompt({ ...told, outcomes: outcomes.slice(0, 1), openTasks })))).toEqual({
    suffices: true,
    reason: expect.stringContaining('[a]'),
  });
  const answer = ask(synthesisPrompt({ ...told, outcomes, finishedEarly: 'enough' }));
  expect(answer).toContain('This answer was finished early: enough. It does without [b].');
  expect(answer).toContain('It comes down to this [a]: A is so.');
});
