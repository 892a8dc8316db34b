import { listPlanExample, planExample } from '../examples/goals.ts';
import {
  circularPlan,
  dryRunExample,
  invalidExample,
  planRequestExample,
  validExample,
} from '../examples/planning.ts';
import { json, type Operation } from '../operation.ts';
import { schemaOf } from '../schemas.ts';

export const planOperations: readonly Operation[] = [
  {
    id: 'makePlan',
    method: 'post',
    path: '/v1/plans',
    tag: 'Plans',
    scope: 'submit',
    summary: 'Plan a goal and run nothing',
    body: { schema: schemaOf('PlanRequest'), required: true, examples: { plan: planRequestExample } },
    replies: {
      200: json('The plan, or the answer where the goal needs none.', schemaOf('DryRun'), {
        plan: dryRunExample,
      }),
    },
    problems: ['model_failed', 'budget_exhausted'],
  },
  {
    id: 'checkPlan',
    method: 'post',
    path: '/v1/plans/validate',
    tag: 'Plans',
    scope: 'submit',
    summary: 'Check a plan against every law',
    body: {
      schema: { anyOf: [schemaOf('Plan'), schemaOf('PlanCheckRequest')] },
      required: true,
      examples: {
        plan: planExample,
        'with a list': listPlanExample,
        'with options': { plan: planExample, options: { maxTasks: 10 } },
        'with a circle': circularPlan,
      },
    },
    replies: {
      200: json(
        'Whether a goal with this plan would be taken, and what is wrong where it would not.',
        schemaOf('PlanCheck'),
        {
          valid: validExample,
          'with a circle': invalidExample,
        },
      ),
    },
  },
];
