import { MOST_ANALYTICS_DAYS, MOST_GOALS } from '@baton/shared/contract/analytics';
import { analyticsExample } from '../examples/analytics.ts';
import { json, type Operation } from '../operation.ts';
import { schemaOf } from '../schemas.ts';

const day = { type: 'string', format: 'date' };

export const analyticsOperations: readonly Operation[] = [
  {
    id: 'getAnalytics',
    method: 'get',
    path: '/v1/analytics',
    tag: 'Analytics',
    scope: 'read',
    summary: "How the tenant's goals went: tasks, bottleneck, errors, reviews, feedback",
    description: `Of goals that were created in these days, have ended and are still kept: the newest ${MOST_GOALS}; \`goals\` says how many that were. \`utilisation\` is of the whole fleet, since workers are shared.`,
    query: [
      {
        name: 'from',
        in: 'query',
        schema: day,
        description: 'The first day, in UTC; six days before the last one unless given.',
        example: '2026-03-02',
      },
      {
        name: 'to',
        in: 'query',
        schema: day,
        description: `The last day; today unless given. At most ${MOST_ANALYTICS_DAYS} days in all.`,
        example: '2026-03-31',
      },
      {
        name: 'recipe',
        in: 'query',
        schema: { type: 'string' },
        description: 'Only goals of this recipe.',
        example: 'report',
      },
      {
        name: 'label',
        in: 'query',
        style: 'form',
        explode: true,
        schema: {
          type: 'object',
          propertyNames: { pattern: '^label\\.' },
          additionalProperties: { type: 'string' },
        },
        example: { 'label.team': 'growth' },
        description:
          'Given as `label.<key>=<value>`, once per label that a goal must have: `{"label.team": "growth"}`.',
      },
    ],
    replies: { 200: json('The report.', schemaOf('AnalyticsReport'), { report: analyticsExample }) },
  },
];
