import type { DryRun, PlanCheck } from '@baton/shared/contract/planning';
import { acceptedGoal, goalRequestExample, planExample } from './goals.ts';

export const planRequestExample = { goal: goalRequestExample.goal, options: { maxTasks: 10 } };

export const dryRunExample: DryRun = {
  mode: 'plan',
  ...planExample,
  answer: null,
  simulated: false,
  usage: { ...acceptedGoal.usage, calls: 1, inputTokens: 1_320, outputTokens: 348, costUsd: 0.0092 },
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
