import type { FittedText } from '../context-window.ts';
import type { Priority, Task } from '../plan.ts';
import { element, renderElements, type FencedElement } from './fence.ts';
import { fittedElement, whole, type FittedPrompt, type Trimmable } from './fit-prompt.ts';
import { goalElements, type GoalText } from './goal-elements.ts';

/** The result of a task that another one builds on. */
export interface DependencyResult {
  readonly taskId: string;
  readonly status: 'succeeded' | 'partial';
  readonly output: string;
  /** Of the task that gave it: the higher, the more of it is told where not all fits. Medium unless given. */
  readonly priority?: Priority;
}

/** The item of a list that a task is to be done for. */
export interface TaskItem {
  readonly text: string;
  /** Counts from 1. */
  readonly number: number;
  readonly of: number;
}

/** What a task asks for, in words. */
export type TaskText = Pick<Task, 'id' | 'description' | 'requirements'> &
  Partial<Pick<Task, 'why' | 'focus' | 'approach'>>;

const ranks: Readonly<Record<Priority, number>> = { high: 1, medium: 0, low: -1 };

/** Kept longer than any dependency is. */
export const LAST_TO_GO = 3;
const CONTEXT_RANK = 1;

export function contextText({ context }: GoalText): Trimmable[] {
  if (context === null || context.trim() === '') return [];
  return [{ part: 'context', taskId: null, text: context, rank: CONTEXT_RANK }];
}

export function dependencyTexts(dependencies: readonly DependencyResult[]): Trimmable[] {
  return dependencies.map(({ taskId, output, priority = 'medium' }) => ({
    part: 'dependency',
    taskId,
    text: output,
    rank: ranks[priority],
  }));
}

/** @param context as it fits, or undefined without one. */
export function fittedGoal(goal: string, context: FittedText | undefined): FencedElement[] {
  const elements = goalElements({ goal, context: null });
  return context === undefined ? elements : [...elements, fittedElement('context', context)];
}

/** How the prompts of all tasks of a goal begin, or null when the context had to give way to what this one is told besides. */
export function sharedGoal(text: GoalText, { trimmed }: Pick<FittedPrompt, 'trimmed'>): string | null {
  if (trimmed.some(({ part }) => part === 'context')) return null;
  return `${renderElements(goalElements(text))}\n`;
}

/** @param outputs as they fit, in the order of the dependencies. */
export function dependencyElements(
  dependencies: readonly DependencyResult[],
  outputs: readonly FittedText[],
): FencedElement[] {
  if (dependencies.length === 0) return [];
  const elements = dependencies.map(({ taskId, status, output }, index) => {
    const fitted = outputs[index] ?? whole({ text: output });
    return fittedElement('dependency', fitted, { task: taskId, status });
  });
  return [element('dependencies', elements)];
}

export function taskElements(task: TaskText): FencedElement[] {
  const { description, requirements, why, focus, approach } = task;
  const parts = [element('description', description)];
  if (requirements.length > 0) {
    parts.push(
      element(
        'requirements',
        requirements.map((requirement) => element('requirement', requirement)),
      ),
    );
  }
  for (const [name, text] of Object.entries({ why, focus, approach })) {
    if (text !== undefined && text !== '') parts.push(element(name, text));
  }
  return parts;
}

export function itemElements(item: TaskItem | null | undefined): FencedElement[] {
  return item ? [element('item', item.text, { number: item.number, of: item.of })] : [];
}

export function pointElements(name: string, points: readonly string[]): FencedElement[] {
  if (points.length === 0) return [];
  return [
    element(
      name,
      points.map((point) => element('point', point)),
    ),
  ];
}
