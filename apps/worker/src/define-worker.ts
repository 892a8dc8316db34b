import { z } from 'zod';
import { modelTiers, workerTypeSchema, type ModelTier, type WorkerType } from '@baton/plan/worker-type';
import type { GoalBrief } from '@baton/shared/ledger/goal-record';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { DependencyOutput, Revision, TaskInput } from './task-input.ts';
import type { TaskResult } from './task-result.ts';
import type { Tool } from './tools/tool.ts';

export type {
  DependencyOutput,
  Revision,
  TaskConstraints,
  TaskContext,
  TaskInput,
  TaskItem,
} from './task-input.ts';
export { failed, partial, success, type TaskResult } from './task-result.ts';
export { defineTool, type ToolDefinition } from './tools/define-tool.ts';
export type { Tool, ToolCallContext } from './tools/tool.ts';

export interface ModelRequest {
  readonly system: string;
  readonly prompt: string;
  /** Comes before `prompt`, word for word the same in several calls: the endpoint caches it where that pays. */
  readonly shared?: string;
  /** By the task's complexity, and after failed reviews a stronger one, unless given. */
  readonly tier?: ModelTier;
  /**
   * Output tokens at the most; the task's `constraints.maxOutputTokens` unless given. A text that reaches a limit of yours is not gone
   * on with; any other is, up to three times.
   */
  readonly maxTokens?: number;
}

export interface ModelToolRequest extends ModelRequest {
  /**
   * The tools that the model may use before it answers: all that this worker type has, or those of these names; none unless given.
   * A call of the model that uses them is as many calls as it takes turns.
   */
  readonly tools?: true | readonly string[];
}

export interface ModelText {
  readonly text: string;
  /** True when the answer was cut off, and its rest could not be had. */
  readonly truncated: boolean;
}

/**
 * The model, with every answer kept: calls are numbered in the order they are made, so that a task that runs again gets
 * the answers it already had. Make the same calls in the same order for the same inputs.
 */
export interface WorkerModel {
  text(request: ModelToolRequest): Promise<ModelText>;
  /** An object that fits the schema, after at most one repair; otherwise the task fails. */
  object<Schema extends z.ZodType>(request: ModelToolRequest & { schema: Schema }): Promise<z.output<Schema>>;
}

export interface ToolInfo {
  readonly name: string;
  readonly description: string;
  /** JSON schema of an object. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly idempotent: boolean;
}

export interface ToolAnswer {
  /** Cut, with a remark, at the most characters that the tool may give. */
  readonly text: string;
  /** What the tool gave when it was no text and not too long; else null. */
  readonly data: unknown;
}

/**
 * The tools of the worker type, with every result kept: calls are numbered in the order they are made, so that a task that
 * runs again gets the results it already had. Make the same calls in the same order for the same inputs.
 */
export interface WorkerTools {
  /** Those that are run here; the endpoint's own are for the model alone. */
  list(): Promise<ToolInfo[]>;
  /**
   * Rejects when the call failed, also when it is not idempotent and an earlier run of the task began it and died: then
   * nobody knows whether it was carried out, and it is not made again.
   */
  call(name: string, input: unknown): Promise<ToolAnswer>;
}

export interface RunContext {
  /** With their whole outputs, however long. */
  readonly dependencies: readonly DependencyOutput[];
  readonly goal: GoalBrief;
  /** The result that was sent back, and why, or null the first time. The same as the task's `context.revision`. */
  readonly revision: Revision | null;
  readonly model: WorkerModel;
  readonly tools: WorkerTools;
  /**
   * The task as built-in workers tell it to the model: rules, your instructions, then all that the task is told, fenced as data
   * and cut to fit the model's window. What was cut is noted in the task's metadata.
   */
  prompt(instructions: string): Pick<ModelRequest, 'system' | 'prompt'>;
  /** Tells whoever watches the goal how far the task is. */
  progress(message: string): void;
  /** Aborts when the goal has ended, the task's time is up, or the process must go. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

type OutputOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : string;

export interface WorkerDefinition<Schema extends z.ZodType | undefined = undefined> extends Omit<
  WorkerType,
  'tier'
> {
  /** `balanced` unless given. */
  readonly tier?: ModelTier;
  /** The output is checked against it, and kept as JSON; without one it is text. */
  readonly output?: Schema;
  /**
   * What its tasks may use besides what `BATON_TOOLS` gives the type: tools of your own, or names such as `web_search`,
   * `geocode` or `github/search_code`.
   */
  readonly tools?: readonly (string | Tool)[];
  /** ms that a task may take, at most a day; 15 minutes unless given. */
  readonly timeout?: number;
  /** Tasks at once in one process, at most 1000; `WORKER_CONCURRENCY` unless given. */
  readonly concurrency?: number;
  /** Gives the output alone, or a {@link TaskResult}. */
  run(
    task: TaskInput,
    context: RunContext,
  ):
    | OutputOf<Schema>
    | TaskResult<OutputOf<Schema>>
    | Promise<OutputOf<Schema> | TaskResult<OutputOf<Schema>>>;
}

/** A worker type that the runner can run, whatever its output. */
export interface Worker extends WorkerType {
  readonly output: z.ZodType | null;
  readonly tools: readonly (string | Tool)[];
  readonly timeout: number;
  readonly concurrency: number | null;
  run(task: TaskInput, context: RunContext): unknown;
}

const DEFAULT_TIMEOUT = 15 * 60_000;
/** ms; a timer of more than 24 days would be due at once. */
export const LONGEST_TIMEOUT = 86_400_000;
export const MOST_CONCURRENCY = 1_000;

const allowances = z.object({
  timeout: z.number().positive().max(LONGEST_TIMEOUT).default(DEFAULT_TIMEOUT),
  concurrency: z.int().min(1).max(MOST_CONCURRENCY).nullable().default(null),
});

/** Defines a worker type in code; throws when its description of itself is not valid. */
export function defineWorker<Schema extends z.ZodType | undefined = undefined>(
  definition: WorkerDefinition<Schema>,
): Worker {
  const {
    type,
    description,
    bestFor,
    notFor,
    tier = modelTiers[1],
    output,
    tools = [],
    timeout,
    concurrency,
  } = definition;
  return Object.freeze({
    ...workerTypeSchema.parse({ type, description, bestFor, notFor, tier }),
    output: output ?? null,
    tools: Object.freeze([...tools]),
    ...allowances.parse({ timeout, concurrency }),
    run: (task: TaskInput, context: RunContext) => definition.run(task, context),
  });
}
