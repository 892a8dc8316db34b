import { MOST_ANALYTICS_DAYS, MOST_GOALS, USUAL_ANALYTICS_DAYS } from '@baton/shared/contract/analytics';
import { analyticsExample } from '../examples/analytics.ts';
import { json, type Operation } from '../operation.ts';
import { days, labels } from '../parameters.ts';
import { schemaOf } from '../schemas.ts';

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
      ...days({ before: USUAL_ANALYTICS_DAYS - 1, most: MOST_ANALYTICS_DAYS }),
      {
        name: 'recipe',
        in: 'query',
        schema: { type: 'string' },
        description: 'Only goals of this recipe.',
        example: 'report',
      },
      labels,
    ],
    replies: { 200: json('The report.', schemaOf('AnalyticsReport'), { report: analyticsExample }) },
  },
];
