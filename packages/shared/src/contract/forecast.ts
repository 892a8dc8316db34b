import { z } from 'zod';

const needShape = {
  tokens: z.int().describe('Of prompts and answers together, cached ones included.'),
  costUsd: z.number().nullable().describe('Null when the price of a model is unknown.'),
};

const partShape = {
  model: z.string(),
  ...needShape,
  seconds: z.number().describe('From its start to its end, without waiting for a free worker.'),
  samples: z.int().describe('Past ones of the same kind with the same model that it rests on.'),
  basis: z
    .enum(['history', 'prior'])
    .describe(
      '`history`: what nine of ten of the latest ones stayed within; `prior`: there are too few, and this is a guess.',
    ),
};

export const partForecastSchema = z.object(partShape);
export type PartForecast = z.infer<typeof partForecastSchema>;

export const taskForecastSchema = z.object({ taskId: z.string(), ...partShape });
export type PlanTaskForecast = z.infer<typeof taskForecastSchema>;

/** What would become of a plan under a budget. */
export const budgetForecastSchema = z.object({
  ...needShape,
  fits: z.boolean().describe('What is kept is not known to take more than the budget allows.'),
  cheaper: z
    .array(z.object({ taskId: z.string(), model: z.string() }))
    .describe('Tasks whose calls would use a cheaper model than they would otherwise.'),
  leftOut: z.array(z.string()).describe('Tasks that would not run.'),
});

export type BudgetForecast = z.infer<typeof budgetForecastSchema>;

/** What a plan will take, as far as it can be told before it runs. */
export const forecastSchema = z.object({
  ...needShape,
  seconds: z
    .number()
    .describe('Of the longest chain of tasks and the answer, without waiting for free workers.'),
  synthesis: partForecastSchema.describe('Of putting the answer together.'),
  tasks: z.array(taskForecastSchema),
  budget: budgetForecastSchema
    .nullable()
    .describe('What the budget of the request would do to the plan; null without one.'),
  warnings: z.array(z.string()).describe('What the forecast can’t tell, in sentences for people.'),
});
export type Forecast = z.infer<typeof forecastSchema>;
