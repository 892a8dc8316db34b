import { complexities, decompositions, priorities } from '@baton/plan/plan';
import { attribute, childText, childrenNamed, findElement, textsIn, type Element } from './elements.ts';
import type { GoalText, PlannedTask, PlannerPrompt, PlanningInputs, ReplannerPrompt } from './prompt.ts';

const DEFAULT_MAX_TASKS = 20;
/** Asked for by Baton, or by a prompt of the user's own that spells the form out. */
const WANTS_XML = /\bReply in XML\b|<tasks>[\s\S]*<type>/;

export function readPlanner(
  told: GoalText,
  elements: readonly Element[],
  repairTurns: readonly Element[],
  system: string,
): PlannerPrompt {
  return {
    role: 'planner',
    ...planningInputs(told, elements, repairTurns),
    tellsForEach: /\bforEach\b|\bfor_each\b/.test(system),
    wantsXml: WANTS_XML.test(system),
  };
}

export function readReplanner(
  told: GoalText,
  elements: readonly Element[],
  repairTurns: readonly Element[],
): ReplannerPrompt {
  const tasks = childrenNamed(findElement(elements, 'plan'), 'task').map(plannedTask);
  return { role: 'replanner', ...planningInputs(told, elements, repairTurns), tasks };
}

function planningInputs(
  told: GoalText,
  elements: readonly Element[],
  repairTurns: readonly Element[],
): PlanningInputs {
  const recipe = findElement(elements, 'recipe');
  const limits = findElement(elements, 'limits');
  const maxTasks = Number(limits?.attributes.get('max_tasks') ?? DEFAULT_MAX_TASKS);
  return {
    ...told,
    recipe: recipe === undefined ? null : { name: attribute(recipe, 'name'), hints: textsIn(recipe, 'hint') },
    workers: childrenNamed(findElement(elements, 'worker_types'), 'worker_type').map((worker) => ({
      name: attribute(worker, 'name'),
      description: childText(worker, 'description'),
      bestFor: childText(worker, 'best_for'),
    })),
    maxTasks: Number.isInteger(maxTasks) && maxTasks >= 1 ? maxTasks : DEFAULT_MAX_TASKS,
    decomposition: oneOf(decompositions, limits?.attributes.get('decomposition'), 'hybrid'),
    violations: repairTurns.flatMap((element) => textsIn(element, 'violation')),
  };
}

function plannedTask(task: Element): PlannedTask {
  return {
    id: attribute(task, 'id'),
    worker: attribute(task, 'worker'),
    status: attribute(task, 'status'),
    priority: oneOf(priorities, task.attributes.get('priority'), 'medium'),
    complexity: oneOf(complexities, task.attributes.get('complexity'), 'medium'),
    dependencies: attribute(task, 'dependencies').match(/[^\s,]+/g) ?? [],
    description: childText(task, 'description'),
    requirements: childrenNamed(task, 'requirements').flatMap((each) => textsIn(each, 'requirement')),
    approach: childText(task, 'approach'),
    forEach: childText(task, 'for_each'),
    output: childText(task, 'output'),
    reason: childText(task, 'reason'),
  };
}

function oneOf<Name extends string>(names: readonly Name[], text: string | undefined, otherwise: Name): Name {
  return names.find((name) => name === text) ?? otherwise;
}
