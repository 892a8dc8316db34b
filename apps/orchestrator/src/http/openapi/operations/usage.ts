import { MOST_USAGE_DAYS } from '@baton/shared/contract/usage-report';
import { goalCallsExample, usageCsvExample, usageExample } from '../examples/usage.ts';
import { json, type Operation } from '../operation.ts';
import { days } from '../parameters.ts';
import { schemaOf } from '../schemas.ts';

const read = { method: 'get', tag: 'Usage', scope: 'read' } as const;

export const usageOperations: readonly Operation[] = [
  {
    ...read,
    id: 'getUsage',
    path: '/v1/usage',
    summary: "What the tenant's calls have used, by day, model and worker type",
    description:
      'Of calls that were answered, counted once. `costUsd` is null where a price is unknown, and `warnings` says of which model. As CSV with `Accept: text/csv` or `format=csv`.',
    query: [
      {
        name: 'by',
        in: 'query',
        schema: { type: 'string', default: 'day,model,workerType' },
        description:
          'What usage is split by: one or more of `day`, `model`, `workerType`, with commas between them.',
        example: 'day,model',
      },
      ...days({ before: 29, most: MOST_USAGE_DAYS }),
      {
        name: 'format',
        in: 'query',
        schema: { type: 'string', enum: ['json', 'csv'] },
        description: 'Goes before `Accept`.',
      },
    ],
    replies: {
      200: {
        description: 'The report.',
        headers: ['Content-Disposition'],
        content: {
          'application/json': { schema: schemaOf('UsageReport'), examples: { report: usageExample } },
          'text/csv': { schema: { type: 'string' }, examples: { report: usageCsvExample } },
        },
      },
    },
  },
  {
    ...read,
    id: 'listCalls',
    path: '/v1/goals/{goalId}/calls',
    summary: "A goal's model calls, the oldest first",
    description:
      'Those that were answered, and what each used. Calls of a sub-goal are listed with the sub-goal.',
    query: [
      { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100, default: 100 } },
      {
        name: 'cursor',
        in: 'query',
        schema: { type: 'string' },
        description: 'The `nextCursor` of the page before.',
      },
    ],
    replies: { 200: json('A page.', schemaOf('GoalCallPage'), { calls: goalCallsExample }) },
  },
];
