import { z } from 'zod';
import { usageSchema } from './task-outcome.ts';

/** What usage is split by. */
export const usageDimensions = ['day', 'model', 'workerType'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

export const MOST_USAGE_DAYS = 400;
const DAY = 86_400_000;
const ORDER = 'must be one or more of day, model, workerType, with commas between them, each once';

/** Of `from` and `to` together. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / DAY + 1;
}

const day = z.iso.date('must be a day such as 2026-03-02');

function isDimension(name: string): name is UsageDimension {
  return (usageDimensions as readonly string[]).includes(name);
}

/** The query of `GET /v1/usage`. */
export const usageQuerySchema = z.strictObject({
  by: z
    .string(ORDER)
    .default(usageDimensions.join())
    .transform((text, context) => {
      const names = text.split(',');
      if (names.every(isDimension) && new Set(names).size === names.length) return names;
      context.issues.push({ code: 'custom', input: text, message: ORDER });
      return z.NEVER;
    }),
  from: day.optional(),
  to: day.optional(),
  format: z.enum(['json', 'csv'], 'must be json or csv').optional(),
});

const countedSchema = usageSchema.omit({ possiblyRepeatedCalls: true }).extend({
  unpricedCalls: z.int().describe('Calls of which the price is unknown: they make `costUsd` null.'),
  simulatedCalls: z.int().describe('Calls that no model answered.'),
});

export const usageRowSchema = countedSchema.extend({
  day: z.iso.date().nullable().describe('In UTC, of the answer; null where usage is not split by it.'),
  model: z.string().nullable().describe('The model that answered; null where usage is not split by it.'),
  workerType: z
    .string()
    .nullable()
    .describe(
      "Whose calls: a worker type's, its judges' included, or, with a colon before them, those of Baton's own roles, such as `:planner` and `:synthesis`; null where usage is not split by it.",
    ),
});
export type UsageRow = z.output<typeof usageRowSchema>;

const spentSchema = z.object({
  day: z.iso.date(),
  tokens: z.int().describe('Of prompts and answers together, cached ones included.'),
  costUsd: z.number().nullable().describe('Null when the price of a call is unknown.'),
  maxTokens: z.int().nullable(),
  maxCostUsd: z.number().nullable(),
});

/** `GET /v1/usage`: what a tenant's calls have used. */
export const usageReportSchema = z.object({
  from: z.iso.date().describe('The first day, in UTC.'),
  to: z.iso.date().describe('The last day.'),
  by: z.array(z.enum(usageDimensions)),
  items: z.array(usageRowSchema).describe('Sorted by what they are split by.'),
  total: countedSchema,
  today: spentSchema
    .nullable()
    .describe(
      'What the tenant has spent of its budget of the day, with what calls are taken to have used whose answers were lost; null where it has none.',
    ),
  warnings: z.array(z.string()).describe('What the numbers do not hold, for people.'),
});
export type UsageReport = z.output<typeof usageReportSchema>;
