import { jsonRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { jsonText } from '../strange.ts';
import { lawfulGoal, REFUSED_GOAL, task } from './bodies.ts';
import type { Draft, Expected, Family, JsonSchema, Route, World } from './fuzz-case.ts';
import { mutate, placesOf, type Definitions, type Place } from './schema-mutation.ts';

const GOALS = '/v1/goals';

interface Target {
  /** Lawful. */
  readonly base: unknown;
  /** What must come of it when it is lawful no more; `path`: where its error is. */
  readonly expected: (path: string) => Expected;
  /** A goal that the step is for. */
  readonly goal?: 'ended' | 'waiting';
}

const refused = (path: string): Expected => ({ kind: 'refused', path, status: 400 });
const plan = {
  analysis: 'By hand.',
  tasks: [task('a', [], { requirements: ['Be brief.'] }), task('b', ['a'])],
};
const options = { maxTasks: 5, workerTypes: ['researcher'], decomposition: 'hybrid' };

const targets: Readonly<Record<string, Target>> = {
  [GOALS]: { base: lawfulGoal(REFUSED_GOAL), expected: refused },
  '/v1/goals/batch': {
    base: { goals: [lawfulGoal(REFUSED_GOAL)] },
    expected: () => ({ kind: 'batch', lawful: 'none' }),
  },
  '/v1/goals/{goalId}/approve': { base: { plan }, expected: refused, goal: 'waiting' },
  '/v1/goals/{goalId}/reject': { base: { reason: 'No.' }, expected: refused, goal: 'waiting' },
  '/v1/goals/{goalId}/feedback': { base: { score: 0.5, comment: 'Fine.' }, expected: refused, goal: 'ended' },
  '/v1/plans': { base: { goal: REFUSED_GOAL, context: 'x', recipe: null, options }, expected: refused },
  // A broken plan is what it is there for: any answer but a fault.
  '/v1/plans/validate': {
    base: { plan, options },
    expected: () => ({ kind: 'one-of', statuses: [200, 400] }),
  },
};

/** Bodies that the OpenAPI document says are wrong in one place, for every route that takes a body. */
export function fieldsFamily(definitions: Definitions): Family {
  const places = new Map<JsonSchema, Place[]>();
  const placesIn = (schema: JsonSchema): Place[] => {
    const known = places.get(schema) ?? placesOf(schema, definitions);
    places.set(schema, known);
    return known;
  };

  function draft(random: Random, { method, path, body }: Route, world: World): Draft {
    const target = targets[path];
    if (!target) throw new Error(`Nobody has said yet what is lawful for ${method} ${path}.`);
    const mutation = mutate(random, target.base, placesIn(body ?? {}), definitions);
    const goalId = target.goal === 'waiting' ? world.waitingGoalId : world.goalId;
    return {
      what: `${method} ${path}: ${mutation.what}`,
      send: jsonRequest(method, path.replace('{goalId}', goalId), jsonText(mutation.value)),
      expected: target.expected(mutation.path),
    };
  }

  return {
    name: 'fields',
    byHand: () => [],
    generate(random, world) {
      const withBody = world.routes.filter(({ body }) => body !== null);
      const goals = withBody.find(({ path }) => path === GOALS);
      if (!goals) throw new Error(`The OpenAPI document has no ${GOALS} that takes a body.`);
      return draft(random, random.chance(0.5) ? goals : random.pick(withBody), world);
    },
  };
}
