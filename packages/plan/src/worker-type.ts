import { z } from 'zod';

export const modelTiers = ['fast', 'balanced', 'strong'] as const;
export type ModelTier = (typeof modelTiers)[number];

export const WORKER_TYPE_PATTERN = /^[a-z][a-z0-9-]{0,39}$/;

/** What the planner is told of a worker type, and what the runner needs to run a prompt-only one. */
export const workerTypeSchema = z.strictObject({
  type: z
    .string()
    .regex(WORKER_TYPE_PATTERN, 'must be lower case: a letter, then at most 39 letters, digits or "-"'),
  description: z.string().min(1),
  bestFor: z.string().min(1),
  notFor: z.string().min(1),
  tier: z.enum(modelTiers),
});

export type WorkerType = z.infer<typeof workerTypeSchema>;

/** A worker type that is a prompt and nothing else. */
export interface PromptWorkerType extends WorkerType {
  /** The role's own instructions; the rules common to every task are added around them. */
  readonly system: string;
}
