import type { PlannerReply } from '@baton/plan/plan';
import type { OfferedWorker, PlannerPrompt } from '../answer/prompt.ts';
import { countWord } from '../goal/counts.ts';
import { readGoal, type GoalFacts } from '../goal/goal-facts.ts';
import type { GoalKind } from '../goal/goal-kind.ts';
import { capitalise, shorten } from '../goal/wording.ts';
import { SIMULATED_LINE } from '../answer/simulated.ts';
import { chooseWorkers, customTasks, hasSuitableWorker, taskCapacity } from './assign-workers.ts';
import { buildPlan } from './build-plan.ts';
import { comparisonPlan } from './comparison-plan.ts';
import { copyPlan } from './copy-plan.ts';
import { directAnswer } from './direct-answer.ts';
import { draft, type DraftTask, type PlanTemplate } from './draft-task.ts';
import { fitTasks } from './fit-tasks.ts';
import { genericPlan } from './generic-plan.ts';
import { reportPlan } from './report-plan.ts';
import { reviewPlan } from './review-plan.ts';
import { travelPlan } from './travel-plan.ts';

const TEMPLATES: Readonly<Record<GoalKind, PlanTemplate>> = {
  travel: travelPlan,
  comparison: comparisonPlan,
  build: buildPlan,
  copy: copyPlan,
  review: reviewPlan,
  report: reportPlan,
  generic: genericPlan,
};
const MAX_DESCRIPTION = 2_000;
const MAX_REQUIREMENTS = 12;

/** A planner's reply, made from the goal's words and the worker types on offer; lawful for any input. */
export function planGoal(prompt: PlannerPrompt): PlannerReply {
  const facts = readGoal(prompt.goal, prompt.recipe?.name);
  const workers = prompt.workers.filter((worker) => worker.name !== '');
  const capacity = taskCapacity(workers, prompt.decomposition);
  const answer = capacity === 0 ? noWorkersAnswer(facts) : directAnswer(facts, prompt.context);
  if (answer !== null) {
    return {
      mode: 'direct',
      analysis: 'Simulated: no model was called. The goal needs one answer and no plan.',
      answer: `${answer}\n\n${SIMULATED_LINE}`,
      tasks: [],
    };
  }
  const tasks = draftTasks(facts, workers, Math.min(prompt.maxTasks, capacity));
  const chosen = chooseWorkers(tasks, workers, prompt.decomposition);
  return {
    mode: 'plan',
    analysis: analysisOf(facts, tasks, prompt),
    answer: null,
    tasks: tasks.map((task, index) => ({
      id: task.id,
      worker: chosen[index] ?? '',
      description: shorten(task.description, MAX_DESCRIPTION),
      requirements: task.requirements.slice(0, MAX_REQUIREMENTS),
      dependencies: [...task.dependencies],
      priority: task.priority,
      complexity: task.complexity,
    })),
  };
}

function draftTasks(facts: GoalFacts, workers: readonly OfferedWorker[], maxTasks: number): DraftTask[] {
  const template = TEMPLATES[facts.kind](facts);
  const custom = customTasks(facts.goal, facts.topic, workers);
  const customIds = custom.map((task) => task.id);
  const waiting = template.map((task) =>
    task.stage === 'combine' ? draft({ ...task, dependencies: task.dependencies.concat(customIds) }) : task,
  );
  const drafts = [...custom, ...waiting];
  const useful = drafts.filter((task) => task.stage !== 'check' || hasSuitableWorker(task, workers));
  return fitTasks(useful, maxTasks);
}

function analysisOf(facts: GoalFacts, tasks: readonly DraftTask[], prompt: PlannerPrompt): string {
  const starting = tasks.filter((task) => task.dependencies.length === 0).length;
  const kind = facts.kind === 'generic' ? 'no special kind' : `the kind "${facts.kind}"`;
  const lines = [
    'Simulated plan: no model was called.',
    `The goal is of ${kind}; its topic is ${facts.topic}.`,
    `${capitalise(countWord(tasks.length))} ${tasks.length === 1 ? 'task' : 'tasks'}, ${countWord(starting)} of them able to start at once.`,
  ];
  if (prompt.recipe !== null) lines.push(`Recipe: ${prompt.recipe.name}.`);
  if (prompt.violations.length > 0) {
    lines.push(`This plan replaces one that broke ${countWord(prompt.violations.length)} of the plan laws.`);
  }
  return lines.join(' ');
}

function noWorkersAnswer(facts: GoalFacts): string {
  return `No worker type on offer may be used, so there is no one to plan for: ${facts.topic}.`;
}
