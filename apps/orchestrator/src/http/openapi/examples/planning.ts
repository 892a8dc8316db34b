import type { Forecast } from '@baton/shared/contract/forecast';
import type { DryRun, PlanCheck } from '@baton/shared/contract/planning';
import { acceptedGoal, goalRequestExample, planExample } from './goals.ts';

export const planRequestExample = {
  goal: goalRequestExample.goal,
  options: { maxTasks: 10, budget: { maxCostUsd: 0.15 } },
};

const forecastPart = {
  model: 'claude-sonnet-5-5',
  tokens: 6_120,
  costUsd: 0.0286,
  seconds: 21.4,
  samples: 118,
  basis: 'history',
} as const;

const forecastExample: Forecast = {
  tokens: 31_420,
  costUsd: 0.2012,
  seconds: 88.9,
  synthesis: { ...forecastPart, model: 'claude-opus-5-5', tokens: 9_480, costUsd: 0.0989, seconds: 41.2 },
  tasks: planExample.tasks.map(({ id }) => ({ taskId: id, ...forecastPart })),
  budget: {
    tokens: 31_420,
    costUsd: 0.1304,
    fits: true,
    cheaper: [{ taskId: 'market', model: 'claude-haiku-5-5' }],
    leftOut: [],
  },
  warnings: [],
};

export const dryRunExample: DryRun = {
  mode: 'plan',
  ...planExample,
  answer: null,
  simulated: false,
  usage: { ...acceptedGoal.usage, calls: 1, inputTokens: 1_320, outputTokens: 348, costUsd: 0.0092 },
  forecast: forecastExample,
};

const [market, report] = planExample.tasks;

export const circularPlan = {
  analysis: '',
  tasks: [
    { ...market, dependencies: ['report'] },
    { ...report, dependencies: ['market'] },
  ],
};

export const validExample: PlanCheck = { valid: true, violations: [] };

export const invalidExample: PlanCheck = {
  valid: false,
  violations: [
    {
      law: 'no_cycle',
      path: 'tasks[0].dependencies[0]',
      taskId: 'market',
      message: 'closes the circle market → report → market: take one of these dependencies away.',
    },
  ],
};
