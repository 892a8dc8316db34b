import { z } from 'zod';
import { reviewSchema } from './review.ts';

export const outcomeStatuses = ['succeeded', 'partial', 'failed', 'skipped', 'cancelled'] as const;
export type OutcomeStatus = (typeof outcomeStatuses)[number];

export const taskStatuses = ['pending', 'queued', 'running', ...outcomeStatuses] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** Model calls, tokens and searches, and what they cost in US dollars; costs are null when a price is unknown. */
export const usageSchema = z.object({
  calls: z.int(),
  possiblyRepeatedCalls: z
    .int()
    .describe('Calls whose answers were lost, and that may have been made twice.'),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cacheReadTokens: z.int(),
  cacheWriteTokens: z.int(),
  webSearches: z
    .int()
    .default(0)
    .describe('Searches that the endpoint made for its model, priced apart from tokens.'),
  costUsd: z.number().nullable().describe('Null when the price of a model is unknown.'),
  savedUsd: z
    .number()
    .nullable()
    .default(0)
    .describe(
      'What the same tokens would have cost more at the plain price: saved by prompt caches and batches. Below 0 while a cache was written and not yet read; null when a price is unknown.',
    ),
});
export type Usage = z.output<typeof usageSchema>;

export const noUsage: Usage = Object.freeze({
  calls: 0,
  possiblyRepeatedCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  webSearches: 0,
  costUsd: 0,
  savedUsd: 0,
});

/** How a task ended, as the ledger keeps it: once, by the first that says so. */
export const outcomeSchema = z.object({
  status: z.enum(outcomeStatuses),
  output: z.string().nullable(),
  /** Why it is not (wholly) a success, in sentences for people. */
  errors: z.array(z.string()),
  usage: usageSchema,
  simulated: z.boolean(),
  /** Of each version of the output, the last one's last. */
  reviews: z.array(reviewSchema).default([]),
  /** Facts about the run that its worker or Baton notes, such as what was trimmed from its prompt. */
  metadata: z.record(z.string(), z.unknown()).default({}),
});
export type Outcome = z.output<typeof outcomeSchema>;

/** An outcome without any work behind it. */
export function unworked(status: OutcomeStatus, ...errors: string[]): Outcome {
  return { status, output: null, errors, usage: noUsage, simulated: false, reviews: [], metadata: {} };
}
