import type { Json } from './json.ts';

/** Only goals with these labels. */
export const labels: Json = {
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
};

/** From which day to which. */
export function days({ before, most }: { before: number; most: number }): readonly Json[] {
  const schema = { type: 'string', format: 'date' };
  return [
    {
      name: 'from',
      in: 'query',
      schema,
      description: `The first day, in UTC; ${before} days before the last one unless given.`,
      example: '2026-03-02',
    },
    {
      name: 'to',
      in: 'query',
      schema,
      description: `The last day; today unless given. At most ${most} days in all.`,
      example: '2026-03-31',
    },
  ];
}
