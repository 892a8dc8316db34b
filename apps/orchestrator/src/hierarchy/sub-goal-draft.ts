import { fitToTokens } from '@baton/plan/context-window';
import { listOutput } from '@baton/plan/list-output';
import { MAX_TASKS, type Plan, type Task } from '@baton/plan/plan';
import type { DependencyResult, TaskItem } from '@baton/plan/prompts/task-prompt';
import { MAX_DEPTH, orchestrator } from '@baton/plan/worker-types/orchestrator';
import { DEFAULT_MAX_TASKS, type GoalOptions } from '@baton/shared/contract/goal-request';
import { unworked, type Outcome } from '@baton/shared/contract/task-outcome';
import type { GoalFacts, TaskSpec } from '@baton/shared/ledger/goal-record';
import type { NewSubGoal } from '@baton/shared/ledger/sub-goals';

/** What a task that is handed on as a goal has around it. */
export interface Surroundings {
  readonly goal: Pick<GoalFacts, 'goal' | 'context' | 'options' | 'recipe' | 'kind' | 'depth' | 'inputs'>;
  /** Of the goal's plan. */
  readonly tasks: readonly Pick<Task, 'worker'>[];
  readonly task: TaskSpec;
  readonly dependencies: readonly DependencyResult[];
  /** Of the dependency whose output is the list, where there is one. */
  readonly listMetadata: Outcome['metadata'];
  /** Worker types that the goal's recipe allows, or null for all. */
  readonly recipeTypes: readonly string[] | null;
  /** Tokens that the model takes in. */
  readonly contextTokens: number;
}

export type Draft =
  | { readonly kind: 'sub-goal'; readonly sub: Omit<NewSubGoal, 'goalId'>; readonly message: string }
  | { readonly kind: 'end'; readonly outcome: Outcome };

function failed(reason: string): Draft {
  return { kind: 'end', outcome: unworked('failed', reason) };
}

/** Of the tasks that the goal's plan leaves of those it might have had, the part of one of its orchestrator tasks. */
function shareOf(options: GoalOptions, tasks: Surroundings['tasks']): number {
  const { maxTasks = DEFAULT_MAX_TASKS } = options;
  const sharers = tasks.filter(({ worker }) => worker === orchestrator.type).length;
  return Math.max(1, Math.floor((maxTasks - tasks.length) / Math.max(1, sharers)));
}

/** What holds for the goal holds below it, but for what is asked of it as a whole. */
function inherited({ goal: { options }, task, recipeTypes }: Surroundings): GoalOptions {
  const {
    approval: _approval,
    finishEarly: _finishEarly,
    deadline: _deadline,
    budget: _budget,
    ...rest
  } = options;
  const workerTypes = options.workerTypes ?? recipeTypes;
  return {
    ...rest,
    ...(workerTypes && { workerTypes: [...workerTypes] }),
    // The goal's own budget holds for all below it; what its task may spend is what the task's goal may.
    ...(options.taskBudget && { budget: options.taskBudget }),
    ...(task.latency && { latency: task.latency }),
    cache: 'off',
  };
}

function assignment({ description, requirements, why, focus, item }: TaskSpec): string {
  return [
    description,
    requirements.map((requirement) => `- ${requirement}`).join('\n'),
    item && `Do this for item ${item.number} of ${item.of}: ${item.text}`,
    why && `What it is for: ${why}`,
    focus && `What deserves most care: ${focus}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Of what the model takes in, the share that results handed down may have. */
const SHARE_OF_RESULTS = 1 / 4;

function contextOf(
  { goal, context }: Surroundings['goal'],
  results: readonly DependencyResult[],
  contextTokens: number,
): string {
  const fitted = fitToTokens(
    results.map(({ output }) => ({ text: output, rank: 0 })),
    Math.floor(contextTokens * SHARE_OF_RESULTS),
  );
  const told = results.map(({ taskId, status }, at) => {
    const { text = '', kept = 0, of = 0 } = fitted[at] ?? {};
    const cut = kept < of ? `, ${kept} of its ${of} characters` : '';
    return `--- The result of "${taskId}" (${status}${cut}) ---\n${text}\n--- The end of the result of "${taskId}" ---`;
  });
  return [`This is a part of a larger goal: ${goal}`, context, ...told].filter(Boolean).join('\n\n');
}

/** A goal that the planner plans, a level below the one whose task it carries out. */
function project(surroundings: Surroundings): Draft {
  const { goal, tasks, task, dependencies, contextTokens } = surroundings;
  if (goal.depth >= MAX_DEPTH)
    return failed(
      `Goals are split at most ${MAX_DEPTH} levels deep, and this task would be one level more: give it to another worker type.`,
    );
  return {
    kind: 'sub-goal',
    message: 'It is planned as a goal of its own.',
    sub: {
      kind: 'goal',
      depth: goal.depth + 1,
      goal: assignment(task),
      context: contextOf(goal, [...goal.inputs, ...dependencies], contextTokens),
      options: { ...inherited(surroundings), maxTasks: shareOf(goal.options, tasks) },
      recipe: null,
      plan: null,
      inputs: [],
    },
  };
}

type ItemTask = Task & { readonly item: TaskItem };

function itemTasks(
  { id: _id, dependents: _dependents, forEach: _forEach, ...task }: TaskSpec,
  items: readonly string[],
): ItemTask[] {
  return items.map((text, at) => ({
    ...task,
    id: `item-${at + 1}`,
    dependencies: [],
    item: { text, number: at + 1, of: items.length },
  }));
}

/** A goal whose plan is the task once per item. */
function map(surroundings: Surroundings, source: string): Draft {
  const { goal, tasks, task, dependencies, listMetadata } = surroundings;
  const given = dependencies.find(({ taskId }) => taskId === source);
  if (!given)
    return failed(`It is to be done for each item of "${source}", which is none of its dependencies.`);
  const list = listOutput(given.output, listMetadata);
  if (list.kind === 'none')
    return failed(`It is to be done for each item of what "${source}" gave, which ${list.reason}.`);
  const { items } = list;
  const isSplit = task.worker === orchestrator.type;
  const plan: Plan = {
    analysis: `One task for each item of what "${source}" gave.`,
    tasks: itemTasks(task, items),
  };
  const maxTasks = Math.min(MAX_TASKS, items.length + (isSplit ? shareOf(goal.options, tasks) : 0));
  return {
    kind: 'sub-goal',
    message: `It is done for ${items.length === 1 ? 'one item' : `${items.length} items, side by side`}.`,
    sub: {
      kind: 'each',
      depth: goal.depth,
      goal: goal.goal,
      context: goal.context,
      options: { ...inherited(surroundings), maxTasks, maxReplans: 0 },
      recipe: goal.recipe,
      plan,
      inputs: [...goal.inputs, ...dependencies.filter(({ taskId }) => taskId !== source)],
    },
  };
}

/** The goal that a task is handed on as, or why there is none. */
export function draftSubGoal(surroundings: Surroundings): Draft {
  const { forEach } = surroundings.task;
  return forEach === undefined ? project(surroundings) : map(surroundings, forEach);
}
