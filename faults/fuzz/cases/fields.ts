import { jsonRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { jsonText } from '../strange.ts';
import { lawfulGoal, REFUSED_GOAL } from './bodies.ts';
import type { Draft, Family, JsonSchema, Route, World } from './fuzz-case.ts';
import { mutate, placesOf, type Definitions, type Place } from './schema-mutation.ts';

const GOALS = '/v1/goals';

/** Bodies that the OpenAPI document says are wrong in one place, for every route that takes a body. */
export function fieldsFamily(definitions: Definitions): Family {
  const places = new Map<JsonSchema, Place[]>();
  const placesIn = (schema: JsonSchema): Place[] => {
    const known = places.get(schema) ?? placesOf(schema, definitions);
    places.set(schema, known);
    return known;
  };

  function draft(random: Random, { method, path, body }: Route, world: World): Draft {
    const isGoal = path === GOALS;
    const base = isGoal ? lawfulGoal(REFUSED_GOAL) : {};
    const mutation = mutate(random, base, placesIn(body ?? {}), definitions);
    const address = path.replace('{goalId}', world.goalId);
    return {
      what: `${method} ${path}: ${mutation.what}`,
      send: jsonRequest(method, address, jsonText(mutation.value)),
      expected: isGoal ? { kind: 'refused', path: mutation.path, status: 400 } : { kind: 'answered' },
    };
  }

  return {
    name: 'fields',
    byHand: () => [],
    generate(random, world) {
      const withBody = world.routes.filter(({ body }) => body !== null);
      const goals = withBody.find(({ path }) => path === GOALS);
      if (!goals) throw new Error(`The OpenAPI document has no ${GOALS} that takes a body.`);
      return draft(random, random.chance(0.8) ? goals : random.pick(withBody), world);
    },
  };
}
