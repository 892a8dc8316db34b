import type { Descriptions } from './description.ts';

export const goalDescriptions = {
  GOAL_DEADLINE: {
    does: 'How long a goal may take unless it brings `options.deadline`; then it ends `expired`.',
    example: '2h',
    readBy: ['api'],
  },
  REVIEW_ROUNDS: {
    does: 'How often a result that judges do not let pass is revised, in goals whose `options.reviewRounds` says nothing of it.',
    example: '2',
    readBy: ['api'],
  },
  BATON_RECIPES: {
    does: 'Your own [recipes](recipes.md).',
    format: 'a folder',
    example: '/etc/baton/recipes',
  },
  TENANT_MAX_GOALS: {
    does: 'Goals of one tenant that may be open at once; then 429. `0`: any number.',
    example: '500',
    readBy: ['api'],
  },
  TENANT_BUDGETS: {
    does: 'What tenants may spend a day (UTC), in tokens, US dollars or both; `*` is every tenant that is not named. Then [429](models.md#prices-and-usage).',
    format: '`tenant:tokens:dollars`, comma-separated',
    example: 'acme:2000000:25,*:500000:',
  },
} as const satisfies Partial<Descriptions>;
