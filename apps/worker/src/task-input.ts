import type { Task } from '@baton/plan/plan';
import type { DependencyResult, Revision, TaskItem } from '@baton/plan/prompts/task-prompt';

export type { Revision, TaskItem } from '@baton/plan/prompts/task-prompt';

/** What a task may know of a dependency: how it ended and what it gave. */
export type DependencyOutput = DependencyResult;

/** All that a task is told besides what it is to do. */
export interface TaskContext {
  readonly goal: string;
  /** What the client gave with the goal: text, or an object's JSON. */
  readonly background: string | null;
  /** With their whole outputs, however long: the run's `prompt` cuts them to fit the model's window. */
  readonly dependencies: readonly DependencyOutput[];
  /** The item of a list that the task is to be done for, or null. */
  readonly item: TaskItem | null;
  /** The result that was sent back, and why, or null the first time. */
  readonly revision: Revision | null;
}

/** What a task must keep to besides its requirements. */
export interface TaskConstraints {
  /** Seconds that it may take, reviews and revisions included. */
  readonly seconds: number;
  /** Tokens that one answer of the model has unless a call asks for others. */
  readonly maxOutputTokens: number;
  /** Tokens that a model's context window holds, prompt and answer together. */
  readonly contextTokens: number;
}

/** A task as its worker gets it. */
export interface TaskInput extends Task {
  readonly context: TaskContext;
  readonly constraints: TaskConstraints;
}
