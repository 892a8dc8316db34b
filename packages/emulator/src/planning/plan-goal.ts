import type { PlannerReply } from '@baton/plan/plan';
import type { PlannerPrompt } from '../answer/prompt.ts';
import { SIMULATED_LINE } from '../answer/simulated.ts';
import { countWord } from '../goal/counts.ts';
import { readGoal, type GoalFacts } from '../goal/goal-facts.ts';
import { capitalise, shorten } from '../goal/wording.ts';
import {
  chooseWorkers,
  CUSTOM_WORKER,
  customTasks,
  hasSuitableWorker,
  SUB_GOAL_WORKER,
  taskCapacity,
} from './assign-workers.ts';
import { chooseTemplate } from './choose-template.ts';
import { customise } from './customise-task.ts';
import { directAnswer } from './direct-answer.ts';
import { draft, type DraftTask } from './draft-task.ts';
import { fitTasks } from './fit-tasks.ts';

const MAX_DESCRIPTION = 2_000;
const MAX_REQUIREMENTS = 12;
const MAX_FOCUS = 400;
const MAX_APPROACH = 80;

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
  const tasks = draftTasks(facts, { ...prompt, workers }, Math.min(prompt.maxTasks, capacity));
  const chosen = chooseWorkers(tasks, workers, prompt.decomposition);
  return {
    mode: 'plan',
    analysis: analysisOf(facts, tasks, prompt),
    answer: null,
    tasks: tasks.map((task, index) => plannedTask(task, chosen[index] ?? '')),
  };
}

function plannedTask(task: DraftTask, worker: string): PlannerReply['tasks'][number] {
  const isCustom = worker === CUSTOM_WORKER;
  return {
    id: task.id,
    worker,
    description: shorten(task.description, MAX_DESCRIPTION),
    requirements: task.requirements.slice(0, MAX_REQUIREMENTS),
    dependencies: [...task.dependencies],
    priority: task.priority,
    complexity: task.complexity,
    why: task.why ?? null,
    focus: shorten(task.focus ?? '', MAX_FOCUS) || null,
    approach: isCustom && task.approach !== undefined ? shorten(task.approach, MAX_APPROACH) : null,
    forEach: worker === SUB_GOAL_WORKER ? null : (task.forEach ?? null),
  };
}

function draftTasks(facts: GoalFacts, prompt: PlannerPrompt, maxTasks: number): DraftTask[] {
  const template = chooseTemplate(facts, prompt)(facts);
  const custom = customTasks(facts.goal, facts.topic, prompt.workers);
  const customIds = custom.map((task) => task.id);
  const waiting = template.map((task) =>
    task.stage === 'combine' ? draft({ ...task, dependencies: task.dependencies.concat(customIds) }) : task,
  );
  const drafts = [...custom, ...waiting];
  const useful = drafts.filter((task) => task.stage !== 'check' || hasSuitableWorker(task, prompt.workers));
  return customise(fitTasks(useful, maxTasks), facts);
}

function analysisOf(facts: GoalFacts, tasks: readonly DraftTask[], prompt: PlannerPrompt): string {
  const starting = tasks.filter((task) => task.dependencies.length === 0).length;
  const kind = facts.kind === 'generic' ? 'no special kind' : `the kind "${facts.kind}"`;
  const lines = [
    'Simulated plan: no model was called.',
    `The goal is of ${kind}; its topic is ${facts.topic}.`,
    `${capitalise(countWord(tasks.length))} ${tasks.length === 1 ? 'task' : 'tasks'}, ${countWord(starting)} of them able to start at once.`,
  ];
  const fannedOut = tasks.find((task) => task.forEach !== undefined);
  if (fannedOut !== undefined) {
    lines.push(`"${fannedOut.id}" becomes one task for each item that "${fannedOut.forEach}" lists.`);
  }
  if (prompt.recipe !== null) lines.push(`Recipe: ${prompt.recipe.name}.`);
  if (prompt.violations.length > 0) {
    lines.push(`This plan replaces one that broke ${countWord(prompt.violations.length)} of the plan laws.`);
  }
  return lines.join(' ');
}

function noWorkersAnswer(facts: GoalFacts): string {
  return `No worker type on offer may be used, so there is no one to plan for: ${facts.topic}.`;
}
