import type { z } from 'zod';
import { modelTiers, workerTypeSchema, type ModelTier, type WorkerType } from '@baton/plan/worker-type';
import type { Task } from '@baton/plan/plan';
import type { GoalBrief } from '@baton/shared/ledger/goal-record';
import type { Logger } from '@baton/shared/telemetry/logger';

/** What a task may know of a dependency: how it ended and what it gave. */
export interface DependencyOutput {
  readonly taskId: string;
  readonly status: 'succeeded' | 'partial';
  readonly output: string;
}

export interface ModelRequest {
  readonly system: string;
  readonly prompt: string;
  /** The worker type's own tier unless given. */
  readonly tier?: ModelTier;
  /** Output tokens at the most; 16,000 unless given. */
  readonly maxTokens?: number;
}

export interface ModelText {
  readonly text: string;
  /** True when the answer was cut off at `maxTokens`. */
  readonly truncated: boolean;
}

/**
 * The model, with every answer kept: calls are numbered in the order they are made, so that a task that runs again gets
 * the answers it already had. Make the same calls in the same order for the same inputs.
 */
export interface WorkerModel {
  text(request: ModelRequest): Promise<ModelText>;
  /** An object that fits the schema, after at most one repair; otherwise the task fails. */
  object<Schema extends z.ZodType>(request: ModelRequest & { schema: Schema }): Promise<z.output<Schema>>;
}

export interface RunContext {
  readonly dependencies: readonly DependencyOutput[];
  readonly goal: GoalBrief;
  readonly model: WorkerModel;
  /** Tells whoever watches the goal how far the task is. */
  progress(message: string): void;
  /** Aborts when the goal has ended, the task's time is up, or the process must go. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** An end that is not a plain success. */
export class Shortfall<Output> {
  readonly status: 'partial' | 'failed';
  readonly output: Output | null;
  readonly errors: readonly string[];

  constructor(status: 'partial' | 'failed', output: Output | null, errors: readonly string[]) {
    this.status = status;
    this.output = output;
    this.errors = errors;
  }
}

/** Return it from `run` when there is something to show, but not all that was asked for. */
export function partial<Output>(output: Output, ...errors: string[]): Shortfall<Output> {
  return new Shortfall('partial', output, errors);
}

/** Return it from `run` when there is nothing to show. */
export function failed(...errors: string[]): Shortfall<never> {
  return new Shortfall<never>('failed', null, errors);
}

type OutputOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : string;

export interface WorkerDefinition<Schema extends z.ZodType | undefined = undefined> extends Omit<
  WorkerType,
  'tier'
> {
  /** `balanced` unless given. */
  readonly tier?: ModelTier;
  /** The result is checked against it, and kept as JSON; without one it is text. */
  readonly output?: Schema;
  /** ms that a task may take; 15 minutes unless given. */
  readonly timeout?: number;
  /** Tasks at once in one process; `WORKER_CONCURRENCY` unless given. */
  readonly concurrency?: number;
  run(
    task: Task,
    context: RunContext,
  ): Promise<OutputOf<Schema> | Shortfall<OutputOf<Schema>>> | OutputOf<Schema> | Shortfall<OutputOf<Schema>>;
}

/** A worker type that the runner can run, whatever its output. */
export interface Worker extends WorkerType {
  readonly output: z.ZodType | null;
  readonly timeout: number;
  readonly concurrency: number | null;
  run(task: Task, context: RunContext): unknown;
}

const DEFAULT_TIMEOUT = 15 * 60_000;

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
    timeout,
    concurrency,
  } = definition;
  return Object.freeze({
    ...workerTypeSchema.parse({ type, description, bestFor, notFor, tier }),
    output: output ?? null,
    timeout: timeout ?? DEFAULT_TIMEOUT,
    concurrency: concurrency ?? null,
    run: (task: Task, context: RunContext) => definition.run(task, context),
  });
}
