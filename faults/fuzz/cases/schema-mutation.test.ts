import { planSchema } from '@baton/plan/plan';
import { goalRequestSchema } from '@baton/shared/contract/goal-request';
import { z } from 'zod';
import { expect, test } from 'vitest';
import { Random } from '../random.ts';
import { jsonText } from '../strange.ts';
import { lawfulGoal } from './bodies.ts';
import type { JsonSchema } from './fuzz-case.ts';
import { mutate, placesOf } from './schema-mutation.ts';

function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}

const definitions = { Plan: jsonSchema(planSchema) };
const places = placesOf(jsonSchema(goalRequestSchema), definitions);
const base = lawfulGoal('A goal.');

test('the base is lawful', () => {
  expect(goalRequestSchema.safeParse(base).success).toBe(true);
  expect(planSchema.safeParse(base['plan']).success).toBe(true);
});

test('every field of a request and of its plan is a place', () => {
  const paths = places.map(({ path }) => path.join('.'));
  expect(paths).toEqual(
    expect.arrayContaining([
      '',
      'goal',
      'options.maxTasks',
      'options.workerTypes.0',
      'plan.tasks.0.id',
      'labels',
    ]),
  );
});

test('every mutation makes the request or its plan unlawful', () => {
  for (let stream = 0; stream < 300; stream += 1) {
    const mutation = mutate(new Random(1, stream), base, places, definitions);
    const value = JSON.parse(jsonText(mutation.value)) as { plan?: unknown } | null;
    const request = goalRequestSchema.safeParse(value);
    const plan = planSchema.nullish().safeParse(value?.plan);
    expect(
      request.success && plan.success,
      `${mutation.what}: ${jsonText(mutation.value).slice(0, 300)}`,
    ).toBe(false);
  }
});

test('the same seed and stream give the same mutation', () => {
  const one = (): string => jsonText(mutate(new Random(7, 3), base, places, definitions).value);
  expect(one()).toBe(one());
});
