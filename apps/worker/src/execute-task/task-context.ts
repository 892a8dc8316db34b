import { PROMPT_VERSION, taskPrompt, type Revision } from '@baton/plan/prompts/task-prompt';
import type { Trimmed } from '@baton/plan/prompts/fit-prompt';
import { plannedTask, type GoalBrief, type TaskSpec } from '@baton/shared/ledger/goal-record';
import { windowOf } from '@baton/shared/model/model-window';
import type { DependencyOutput, RunContext, TaskConstraints, TaskInput } from '../define-worker.ts';

const MOST_OUTPUT_TOKENS = 16_000;

export function constraintsOf(limitMs: number, contextTokens: number): TaskConstraints {
  const { answerTokens } = windowOf(contextTokens, MOST_OUTPUT_TOKENS);
  return { seconds: limitMs / 1_000, maxOutputTokens: answerTokens, contextTokens };
}

export interface TaskMaterial {
  readonly task: TaskSpec;
  readonly goal: GoalBrief;
  readonly dependencies: readonly DependencyOutput[];
  readonly constraints: TaskConstraints;
  /** The recipe's own instructions for this worker type. */
  readonly instructions: string | undefined;
  /** Tokens of the window that prompts leave to what tools give; none unless given. */
  readonly toolTokens?: number;
}

export function taskInput(material: TaskMaterial, revision: Revision | null): TaskInput {
  const { task, goal, dependencies, constraints } = material;
  const { item = null } = task;
  const context = { goal: goal.goal, background: goal.context, dependencies, item, revision };
  return { ...plannedTask(task), context, constraints };
}

export interface PromptNotes {
  /** What became of the prompts that were made, for the task's metadata. */
  metadata(): Readonly<Record<string, unknown>>;
  readonly prompt: RunContext['prompt'];
  /** How the prompts that were made begin in all tasks of this worker type, or null. */
  shared(): string | null;
}

/** Tells the task to the model as built-in workers do, and keeps what had to be left out. */
export function taskPrompts(material: TaskMaterial, revision: Revision | null): PromptNotes {
  const { task, goal, dependencies, constraints, instructions } = material;
  const { promptTokens } = windowOf(
    constraints.contextTokens - (material.toolTokens ?? 0),
    constraints.maxOutputTokens,
  );
  let isMade = false;
  let shared: string | null = null;
  const trimmed = new Map<string, Trimmed>();
  return {
    prompt(system) {
      const made = taskPrompt(
        {
          ...goal,
          workerType: { type: task.worker, system },
          task,
          dependencies,
          item: task.item ?? null,
          constraints,
          revision,
          instructions,
        },
        promptTokens,
      );
      isMade = true;
      ({ shared } = made);
      for (const each of made.trimmed) trimmed.set(`${each.part} ${each.taskId}`, each);
      return { system: made.system, prompt: made.user };
    },
    shared: () => shared,
    metadata: () => ({
      ...(isMade && { promptVersion: PROMPT_VERSION }),
      ...(trimmed.size > 0 && { trimmed: [...trimmed.values()] }),
    }),
  };
}
