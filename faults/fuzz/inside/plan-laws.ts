import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { checkPlan, type PlanLimits } from '@baton/plan/laws';
import { decompositions, planSchema } from '@baton/plan/plan';
import { inheritedNames } from '../strange.ts';

const id = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'A', 'a-1', ...inheritedNames, '', '\ud800'),
  fc.string({ unit: 'binary', maxLength: 70 }),
);
const worker = fc.oneof(fc.constantFrom('writer', 'specialist', 'wirter', '__proto__'), id);
const json = fc.jsonValue({ maxDepth: 2 });

const almostTask = fc.record(
  {
    id,
    worker,
    description: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', ' ', 'x'.repeat(8_193)), json),
    requirements: fc.oneof(fc.array(fc.oneof(fc.string(), json), { maxLength: 4 }), json),
    dependencies: fc.oneof(fc.array(fc.oneof(id, json), { maxLength: 6 }), json),
    priority: fc.oneof(fc.constantFrom('high', 'low', 'HIGH'), json),
    complexity: fc.oneof(fc.constantFrom('high', 'low', 'extreme'), json),
    [`__proto__`]: json,
    more: json,
  },
  { requiredKeys: [] },
);

const candidate = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.anything({
      maxDepth: 3,
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        analysis: fc.oneof(fc.string(), json),
        tasks: fc.array(fc.oneof(almostTask, json), { maxLength: 8 }),
        other: json,
      },
      { requiredKeys: ['tasks'] },
    ),
  },
);

const limits: fc.Arbitrary<PlanLimits> = fc.record({
  maxTasks: fc.oneof(fc.integer(), fc.constantFrom(0, 1, NaN, Infinity, -1)),
  workers: fc.array(worker, { maxLength: 5 }),
  decomposition: fc.constantFrom(null, ...decompositions),
});

/** Any value gets an answer: a plan that its schema takes as it is, or violations in words. */
export function fuzzPlanLaws(runs: number, seed: number): void {
  const property = fc.property(candidate, limits, (given, bounds) => {
    const checked = checkPlan(given, bounds);
    if (checked.valid) {
      const parsed = planSchema.safeParse(given);
      if (!parsed.success || !isDeepStrictEqual(parsed.data, checked.plan))
        throw new TypeError('A plan was taken that its schema refuses.');
      return;
    }
    const isSaid =
      checked.violations.length > 0 && checked.violations.every(({ message }) => /^\S.*[.?]$/s.test(message));
    if (!isSaid) throw new TypeError(`A violation says nothing: ${JSON.stringify(checked.violations)}`);
  });
  fc.assert(property, { numRuns: runs, seed });
}
