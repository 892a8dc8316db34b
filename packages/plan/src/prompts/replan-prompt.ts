import type { Task } from '../plan.ts';
import type { OutcomeStatus } from '../task-readiness.ts';
import { DATA_RULE, element, renderElements, type FencedElement, type Prompt } from './fence.ts';
import { goalElements, recipeElements, recipeInstructions } from './goal-elements.ts';
import { limitsElement, subGoalRule, workerTypesElement, type PlannerInput } from './planner-prompt.ts';

/** Changes whenever the wording does, so that answers can be traced to the prompt that asked for them. */
export const PROMPT_VERSION = 'replanner-1';

/** A task of the plan, and how it ended. */
export interface EndedTaskText {
  readonly task: Task;
  readonly status: OutcomeStatus;
  /** What there is of its output, perhaps trimmed: `kept` of the `of` characters. */
  readonly output: { readonly text: string; readonly kept: number; readonly of: number } | null;
  /** Why it is not (wholly) a success. */
  readonly errors: readonly string[];
}

export interface ReplanInput extends PlannerInput {
  /** Every task of the plan, in its order. */
  readonly tasks: readonly EndedTaskText[];
}

const SYSTEM = `You are the replanner of Baton, which mends the plan of a goal after some of its tasks have failed for good.

<plan> holds every task with how it ended: its output where it has one, and in <reason> why it is not (wholly) a success. What "succeeded" or ended as "partial" stays as it is and is not done again. A task that "failed" was tried several times; one that was "skipped" never ran, because it depends on one that failed. When the mended plan has run, a synthesiser writes the answer from all results.

# What you may do
- drop: ids of tasks that failed or were skipped and that the goal can do without.
- replace: tasks that take the place of failed or skipped ones with the same id, written anew. What depends on that id then gets the new result.
- add: new tasks, with ids that the plan does not have.
A skipped task that you leave alone runs by itself as soon as all it depends on has a result: do not repeat it.

# How to mend
- Find out from <reason> why each task failed, and change what made it fail: another worker type, a narrower scope, several smaller tasks, other sources, or what the goal can be told without it. The same task again fails again.
- Change as little as will do, and build on the results that are there: depend on them instead of having work done twice.
- A new or replaced task may only depend on tasks that have a result or will run. A task that depends on a dropped one must be dropped or replaced too.
- Where nothing can be mended, or what failed does not matter to the answer, leave all three lists empty: the answer is then written from what there is, and says what is missing.

# How tasks are written
A worker sees the goal, the context, its own task and the results of the tasks that it depends on, and nothing else.
- id, worker (exactly one name from <worker_types>), description (one objective, concrete, in one to four sentences), requirements (what can be checked in the result), dependencies (the ids of the tasks whose results it uses, and no others), priority and complexity ("high", "medium" or "low").
- why and focus: a sentence each, or null. approach: the free name of an expertise or manner in a task for "specialist", otherwise null.
- forEach: the id of the dependency whose result is a list, in a task that is done once for each item of it; otherwise null.
No two tasks of the whole plan may overlap or wait for each other in a circle, no task may speak of a result that it does not depend on, and the whole plan has at most max_tasks in <limits>. decomposition says how many tasks may be for "specialist": none ("constrained"), one ("hybrid") or any number ("dynamic"). Where <limits> has seconds_per_task, a worker is stopped after that many seconds.

# Data
${DATA_RULE}

# Reply
- analysis: in a few sentences, why the tasks failed and how the change mends the plan.
- drop, replace, add: as above, each empty where there is nothing of it.`;

export function replanPrompt(input: ReplanInput): Prompt {
  const { recipe, workerTypes, tasks } = input;
  return {
    system: SYSTEM + subGoalRule(workerTypes) + recipeInstructions(recipe?.prompts?.planner),
    user: renderElements([
      ...goalElements(input),
      ...recipeElements(recipe, recipe?.planHints ?? []),
      workerTypesElement(workerTypes),
      limitsElement(input),
      element('plan', tasks.map(taskElement)),
    ]),
  };
}

function taskElement({ task, status, output, errors }: EndedTaskText): FencedElement {
  const { id, worker, description, requirements, dependencies, priority, complexity } = task;
  const parts = [element('description', description)];
  if (requirements.length > 0) {
    parts.push(
      element(
        'requirements',
        requirements.map((requirement) => element('requirement', requirement)),
      ),
    );
  }
  for (const [name, text] of [
    ['focus', task.focus],
    ['approach', task.approach],
    ['for_each', task.forEach],
  ] as const) {
    if (text !== undefined) parts.push(element(name, text));
  }
  if (output !== null) {
    const { text, kept, of } = output;
    parts.push(element('output', text, kept < of ? { kept, of } : {}));
  }
  if (errors.length > 0) parts.push(element('reason', errors.join('\n')));
  return element('task', parts, {
    id,
    worker,
    status,
    priority,
    complexity,
    dependencies: dependencies.join(' '),
  });
}
