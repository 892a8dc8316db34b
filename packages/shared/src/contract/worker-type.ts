import { z } from 'zod';
import { workerTypeSchema } from '@baton/plan/worker-type';

/** A worker type that tasks may name, and what runs it now. */
export const workerTypeViewSchema = workerTypeSchema.extend({
  builtIn: z.boolean(),
  /** Live worker processes that take it. */
  workers: z.int(),
  /** Tasks of it that they can run at once. */
  slots: z.int(),
});
export type WorkerTypeView = z.infer<typeof workerTypeViewSchema>;
