import { z } from 'zod';

/** A task's name inside its plan, as people and models see it; never a job id. */
export const TASK_ID_PATTERN = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Tasks in one plan at the most: larger flows block Redis for too long in one transaction. */
export const MAX_TASKS = 1_000;

export const priorities = ['high', 'medium', 'low'] as const;
export const complexities = ['low', 'medium', 'high'] as const;
export const latencies = ['normal', 'relaxed'] as const;
export type Priority = (typeof priorities)[number];
export type Latency = (typeof latencies)[number];
export type Complexity = (typeof complexities)[number];

export const taskSchema = z.strictObject({
  id: z
    .string()
    .regex(TASK_ID_PATTERN, 'must start with a letter and hold at most 64 letters, digits, "_" or "-"'),
  worker: z.string().min(1, 'must name a worker type'),
  description: z.string().trim().min(1, 'must say what the task is to do').max(8_192),
  requirements: z.array(z.string().trim().min(1).max(2_048)).max(50).default([]),
  dependencies: z.array(z.string()).max(MAX_TASKS).default([]),
  priority: z.enum(priorities).default('medium'),
  complexity: z.enum(complexities).default('medium'),
  /** What this task does for the goal, and what it should look at above all: told to its worker. */
  why: z.string().trim().max(2_048).optional(),
  focus: z.string().trim().max(2_048).optional(),
  /** The free name of the expertise or manner in which a custom task is done, such as "formal". */
  approach: z.string().trim().max(100).optional(),
  /** The dependency whose output is a list: the task is done once for each item of it, side by side. */
  forEach: z.string().min(1).optional(),
  /** `relaxed`: its calls go through batches, at half the price and within a day; the goal's own unless given. */
  latency: z.enum(latencies).optional(),
});

export const planSchema = z.strictObject({
  /** As a goal's plan says it, so that one that was read can be sent. */
  mode: z.literal('plan', 'must be "plan", or be left out').optional(),
  analysis: z.string().max(32_768).default(''),
  tasks: z.array(taskSchema).min(1, 'must hold at least one task').max(MAX_TASKS),
});

export type Task = z.infer<typeof taskSchema>;
export type Plan = Omit<z.infer<typeof planSchema>, 'mode'>;

/** The planner model's reply: a plan, or the answer itself where the goal needs no plan. */
export const plannerReplySchema = z.strictObject({
  /** First, so that a model that writes in this order thinks before it decides. */
  analysis: z.string(),
  mode: z.enum(['plan', 'direct']),
  answer: z.string().nullable(),
  tasks: z.array(
    z.strictObject({
      id: z.string(),
      worker: z.string(),
      description: z.string(),
      requirements: z.array(z.string()),
      dependencies: z.array(z.string()),
      priority: z.enum(priorities),
      complexity: z.enum(complexities),
      why: z.string().nullish(),
      focus: z.string().nullish(),
      approach: z.string().nullish(),
      forEach: z.string().nullish(),
    }),
  ),
});
export type PlannerReply = z.infer<typeof plannerReplySchema>;

export const decompositions = ['dynamic', 'constrained', 'hybrid'] as const;
export type Decomposition = (typeof decompositions)[number];
