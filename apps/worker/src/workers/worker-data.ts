import { z } from 'zod';
import { workerTypeSchema, type PromptWorkerType } from '@baton/plan/worker-type';
import { durationMs } from '@baton/shared/contract/duration';
import { LONGEST_TIMEOUT, MOST_CONCURRENCY } from '../define-worker.ts';

/** ms. */
const SHORTEST_TIMEOUT = 1_000;

const timeoutSchema = z
  .string('must be a duration such as "5m"')
  .transform((text) => durationMs(text) ?? 0)
  .refine(
    (ms) => ms >= SHORTEST_TIMEOUT && ms <= LONGEST_TIMEOUT,
    'must be a duration from 1s to 1d, such as "5m"',
  );

/** JSON Schema of an object, as zod reads it. */
const outputSchema = z.record(z.string(), z.unknown()).transform((schema, context): z.ZodType => {
  try {
    if (schema['type'] !== 'object') throw new Error('its type must be "object"');
    return z.fromJSONSchema(schema);
  } catch (error) {
    context.addIssue({
      code: 'custom',
      message: `must be a JSON schema of an object: ${(error as Error).message}`,
    });
    return z.NEVER;
  }
});

/** A worker type of the user that is data: a prompt, and what it may take. */
export interface WorkerData extends PromptWorkerType {
  /** The reply is an object that fits it, kept as JSON; without one it is text. */
  readonly output?: z.ZodType | undefined;
  /** Names of tools that the model may use. */
  readonly tools?: readonly string[] | undefined;
  /** ms that a task may take. */
  readonly timeout?: number | undefined;
  /** Tasks at once in one process. */
  readonly concurrency?: number | undefined;
}

const workerData = workerTypeSchema.extend({
  system: z.string().min(1),
  output: outputSchema.optional(),
  timeout: timeoutSchema.optional(),
  concurrency: z.int().min(1).max(MOST_CONCURRENCY).optional(),
  tools: z.array(z.string().min(1)).optional(),
});

export const workerDataList = z.array(workerData);
