import type { Complexity, Decomposition, Priority } from '@baton/plan/plan';

/** What each of Baton's roles is told, read from a request. Texts that are not there are ''. */
export type Prompt =
  | PlannerPrompt
  | ReplannerPrompt
  | TaskPrompt
  | SynthesisPrompt
  | JudgePrompt
  | AssessorPrompt
  | OtherPrompt;

export interface GoalText {
  readonly goal: string;
  readonly context: string;
}

export interface OfferedWorker {
  readonly name: string;
  readonly description: string;
  readonly bestFor: string;
}

/** What binds a plan. */
export interface PlanningInputs extends GoalText {
  readonly recipe: { readonly name: string; readonly hints: readonly string[] } | null;
  readonly workers: readonly OfferedWorker[];
  readonly maxTasks: number;
  readonly decomposition: Decomposition;
  /** Messages of the laws that an earlier reply broke; empty on the first turn. */
  readonly violations: readonly string[];
}

export interface PlannerPrompt extends PlanningInputs {
  readonly role: 'planner';
  /** Whether the prompt tells of `forEach`. */
  readonly tellsForEach: boolean;
  /** Whether the reply is to be XML. */
  readonly wantsXml: boolean;
}

/** A task of the plan that is to be patched. */
export interface PlannedTask {
  readonly id: string;
  readonly worker: string;
  readonly status: string;
  readonly priority: Priority;
  readonly complexity: Complexity;
  readonly dependencies: readonly string[];
  readonly description: string;
  readonly requirements: readonly string[];
  readonly approach: string;
  readonly forEach: string;
  readonly output: string;
  readonly reason: string;
}

export interface ReplannerPrompt extends PlanningInputs {
  readonly role: 'replanner';
  readonly tasks: readonly PlannedTask[];
}

export interface TaskInput {
  readonly task: string;
  readonly status: string;
  readonly output: string;
}

/** The version of a result that judges did not let pass, and what they said. */
export interface Revision {
  readonly previous: string;
  readonly feedback: readonly string[];
}

/** The item of a list that a task is done for. */
export interface ListItem {
  readonly text: string;
  readonly number: number;
  readonly of: number;
}

export interface TaskPrompt extends GoalText {
  readonly role: 'task';
  readonly task: string;
  readonly worker: string;
  readonly description: string;
  readonly requirements: readonly string[];
  readonly focus: string;
  readonly approach: string;
  readonly item: ListItem | null;
  readonly dependencies: readonly TaskInput[];
  readonly revision: Revision | null;
}

export interface OutcomeInput extends TaskInput {
  readonly worker: string;
  readonly description: string;
  readonly reason: string;
}

export interface SynthesisPrompt extends GoalText {
  readonly role: 'synthesiser';
  readonly outcomes: readonly OutcomeInput[];
  readonly revision: Revision | null;
  /** Why the goal was finished before every task had run; '' when it was not. */
  readonly finishedEarly: string;
}

export interface JudgePrompt extends GoalText {
  readonly role: 'judge';
  /** Null when the goal's answer is judged. */
  readonly task: {
    readonly id: string;
    readonly worker: string;
    readonly description: string;
    readonly requirements: readonly string[];
  } | null;
  readonly dependencies: readonly TaskInput[];
  readonly result: string;
  /** Null in the first round. */
  readonly previousFeedback: readonly string[] | null;
  /** Which of how many judges. */
  readonly judge: number;
  readonly judges: number;
}

export interface OpenTask {
  readonly task: string;
  readonly worker: string;
  readonly description: string;
}

export interface AssessorPrompt extends GoalText {
  readonly role: 'assessor';
  readonly outcomes: readonly OutcomeInput[];
  readonly openTasks: readonly OpenTask[];
}

/** Anything that is not one of Baton's own prompts. */
export interface OtherPrompt {
  readonly role: 'other';
  readonly text: string;
}
