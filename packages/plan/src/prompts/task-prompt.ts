import type { FittedText } from '../context-window.ts';
import type { PromptWorkerType } from '../worker-type.ts';
import { DATA_RULE, element, renderElements, type FencedElement, type Prompt } from './fence.ts';
import { fitPrompt, fittedElement, type SharingPrompt, type Trimmable } from './fit-prompt.ts';
import { recipeInstructions, type GoalText } from './goal-elements.ts';
import {
  contextText,
  dependencyElements,
  dependencyTexts,
  fittedGoal,
  itemElements,
  LAST_TO_GO,
  pointElements,
  sharedGoal,
  taskElements,
  type DependencyResult,
  type TaskItem,
  type TaskText,
} from './task-elements.ts';

export type { DependencyResult, TaskItem } from './task-elements.ts';

/** Changes whenever the wording does, so that answers can be traced to the prompt that asked for them. */
export const PROMPT_VERSION = 'task-3';

/** What a task must keep to besides its requirements. */
export interface TaskConstraints {
  /** Seconds that it may take, reviews and revisions included. */
  readonly seconds: number;
  /** Tokens of one answer of the model, at the most. */
  readonly maxOutputTokens: number;
}

/** A result that was sent back. */
export interface Revision {
  /** Counts from 1. */
  readonly round: number;
  readonly previous: string;
  /** What is to be done better. */
  readonly feedback: readonly string[];
}

export interface TaskInput extends GoalText {
  readonly workerType: Pick<PromptWorkerType, 'type' | 'system'>;
  readonly task: TaskText;
  readonly dependencies: readonly DependencyResult[];
  readonly item?: TaskItem | null;
  readonly constraints?: TaskConstraints | null;
  readonly revision?: Revision | null;
  /** The recipe's own instructions for workers of this type. */
  readonly instructions?: string | undefined;
}

const RULES = `# How tasks are done here
- <task> is your assignment. <goal> and <context> tell what it serves. Do this task alone: other workers do the rest of the goal.
- Meet every requirement. Where one can't be met, say which and why, and do the rest. <why> tells what your result is for, <focus> what deserves most care, <approach> the expertise or manner to work in. Keep within <constraints>: a result that is cut off at max_output_tokens is incomplete.
- <item>, where there is one, is one item of a list: do the task for it alone. Other workers do it for the others.
- <dependencies>, where there are any, holds the results of earlier tasks. Build on them instead of doing their work again, and keep their figures, names and caveats exact. A result with status "partial" is incomplete, and one with "kept" and "of" was too long and has a gap where it says so: say where that limits yours. Where two results contradict each other, say so and say which one you follow.
- <previous_result>, where there is one, is your own earlier result, and <feedback> says why it was sent back. Settle every point of it, keep what was right, and reply with the whole result anew. Where a point can't be settled or is mistaken, do what serves the task best.
- You can't ask back. Where something is open, make the most sensible assumption and state it.
- Never make up facts, figures, quotations, sources or links. Keep what you know apart from what you guess.
- Your reply is the result itself, in the language of the goal: no greeting, no account of these instructions or of what you changed, no offer of more.

# Data
${DATA_RULE}`;

/**
 * Tasks of the same worker type begin alike: role, goal and context come before all that is a task's own.
 * @param tokens what the prompt may take, estimated; long texts are cut so that it fits. No limit unless given.
 */
export function taskPrompt(input: TaskInput, tokens: number | null = null): SharingPrompt {
  const context = contextText(input);
  const previous = previousText(input);
  const dependencies = dependencyTexts(input.dependencies);
  const made = fitPrompt([...context, ...previous, ...dependencies], tokens, (fitted) =>
    rendered(
      input,
      context.length === 0 ? undefined : fitted[0],
      fitted.slice(context.length + previous.length),
      previous.length === 0 ? undefined : fitted[context.length],
    ),
  );
  return { ...made, shared: sharedGoal(input, made) };
}

function previousText({ revision }: TaskInput): Trimmable[] {
  if (!revision) return [];
  return [{ part: 'previous_result', taskId: null, text: revision.previous, rank: LAST_TO_GO }];
}

function rendered(
  input: TaskInput,
  context: FittedText | undefined,
  outputs: readonly FittedText[],
  previous: FittedText | undefined,
): Prompt {
  const { workerType, instructions } = input;
  return {
    system: [
      `You are the ${workerType.type} of Baton, a worker that carries out one task of a larger plan.`,
      RULES,
      `# Your part\n${workerType.system}${recipeInstructions(instructions)}`,
    ].join('\n\n'),
    user: renderElements([
      ...fittedGoal(input.goal, context),
      taskElement(input),
      ...itemElements(input.item),
      ...dependencyElements(input.dependencies, outputs),
      ...(previous === undefined ? [] : [fittedElement('previous_result', previous)]),
      ...pointElements('feedback', input.revision?.feedback ?? []),
    ]),
  };
}

function taskElement({ workerType, task, constraints }: TaskInput): FencedElement {
  const limits = constraints
    ? [
        element('constraints', null, {
          seconds: constraints.seconds,
          max_output_tokens: constraints.maxOutputTokens,
        }),
      ]
    : [];
  return element('task', [...taskElements(task), ...limits], { id: task.id, worker: workerType.type });
}
