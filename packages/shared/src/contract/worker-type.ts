import { z } from 'zod';
import { workerTypeSchema } from '@baton/plan/worker-type';

/** A worker type that tasks may name, and what runs it now. */
export const workerTypeViewSchema = workerTypeSchema.extend({
  builtIn: z.boolean(),
  workers: z.int().describe('Live worker processes that take it.'),
  slots: z.int().describe('Tasks of it that they can run at once.'),
});
export type WorkerTypeView = z.infer<typeof workerTypeViewSchema>;
