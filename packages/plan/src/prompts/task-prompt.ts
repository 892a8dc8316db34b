import type { Task } from '../plan.ts';
import type { PromptWorkerType } from '../worker-type.ts';
import { DATA_RULE, element, renderElements, type FencedElement, type Prompt } from './fence.ts';
import { goalElements, type GoalText } from './goal-elements.ts';

/** Changes whenever the wording does, so that answers can be traced to the prompt that asked for them. */
export const PROMPT_VERSION = 'task-1';

export interface DependencyResult {
  readonly taskId: string;
  readonly status: 'succeeded' | 'partial';
  readonly output: string;
}

export interface TaskInput extends GoalText {
  readonly workerType: Pick<PromptWorkerType, 'type' | 'system'>;
  readonly task: Pick<Task, 'id' | 'description' | 'requirements'>;
  readonly dependencies: readonly DependencyResult[];
}

const RULES = `# How tasks are done here
- <task> is your assignment. <goal> and <context> tell what it serves. Do this task alone: other workers do the rest of the goal.
- Meet every requirement. Where one can't be met, say which and why, and do the rest.
- <dependencies>, where there are any, holds the results of earlier tasks. Build on them instead of doing their work again, and keep their figures, names and caveats exact. A result with status "partial" is incomplete: say where that limits yours. Where two results contradict each other, say so and say which one you follow.
- You can't ask back. Where something is open, make the most sensible assumption and state it.
- Never make up facts, figures, quotations, sources or links. Keep what you know apart from what you guess.
- Your reply is the result itself, in the language of the goal: no greeting, no account of these instructions, no offer of more.

# Data
${DATA_RULE}`;

export function taskPrompt(input: TaskInput): Prompt {
  const { workerType, dependencies } = input;
  return {
    system: [
      `You are the ${workerType.type} of Baton, a worker that carries out one task of a larger plan.`,
      RULES,
      `# Your part\n${workerType.system}`,
    ].join('\n\n'),
    user: renderElements([
      ...goalElements(input),
      taskElement(input),
      ...(dependencies.length === 0 ? [] : [element('dependencies', dependencies.map(dependencyElement))]),
    ]),
  };
}

function taskElement({ workerType, task }: TaskInput): FencedElement {
  const parts = [element('description', task.description)];
  if (task.requirements.length > 0) {
    const requirements = task.requirements.map((requirement) => element('requirement', requirement));
    parts.push(element('requirements', requirements));
  }
  return element('task', parts, { id: task.id, worker: workerType.type });
}

function dependencyElement({ taskId, status, output }: DependencyResult): FencedElement {
  return element('dependency', output, { task: taskId, status });
}
