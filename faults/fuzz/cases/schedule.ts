import { addressesFamily } from './addresses.ts';
import { batchesFamily } from './batches.ts';
import { costlyFamily } from './costly.ts';
import { eventsFamily } from './events.ts';
import { fieldsFamily } from './fields.ts';
import { isRequest, type Draft, type Family, type World } from './fuzz-case.ts';
import { headersFamily } from './headers.ts';
import { healthFamily } from './health.ts';
import { idempotencyFamily } from './idempotency.ts';
import { jsonTextFamily } from './json-text.ts';
import { keysFamily } from './keys.ts';
import { limitsFamily } from './limits.ts';
import { methodsFamily } from './methods.ts';
import { oddGoalsFamily } from './odd-goals.ts';
import { originsFamily } from './origins.ts';
import { planChecksFamily } from './plan-checks.ts';
import { planRequestsFamily } from './plan-requests.ts';
import { plansFamily } from './plans.ts';
import { preferencesFamily } from './preferences.ts';
import { queriesFamily } from './queries.ts';
import { readingFamily } from './reading.ts';
import type { Definitions } from './schema-mutation.ts';
import { sizesFamily } from './sizes.ts';
import { stepsFamily } from './steps.ts';
import { wireFamily } from './wire.ts';
import { Random } from '../random.ts';

/** A case in its place: the same for the same seed and index, whatever the count. */
export interface FuzzCase extends Draft {
  readonly index: number;
  readonly family: string;
}

export interface Batch {
  readonly family: string;
  readonly cases: readonly FuzzCase[];
}

/** How many cases of each family come one after the other, in every round. */
function roundOf(definitions: Definitions): readonly (readonly [Family, number])[] {
  const fields = fieldsFamily(definitions);
  return [
    [fields, 100],
    [addressesFamily, 60],
    [jsonTextFamily, 50],
    [oddGoalsFamily, 6],
    [plansFamily, 50],
    [queriesFamily, 60],
    [headersFamily, 60],
    [fields, 100],
    [costlyFamily, 9],
    [keysFamily, 30],
    [sizesFamily, 15],
    [methodsFamily, 40],
    [eventsFamily, 30],
    [wireFamily, 40],
    [healthFamily, 15],
    [idempotencyFamily, 50],
    [preferencesFamily, 40],
    [batchesFamily, 25],
    [planChecksFamily, 60],
    [planRequestsFamily, 20],
    [stepsFamily, 50],
    [originsFamily, 40],
    [readingFamily, 30],
    [limitsFamily, 80],
    [fields, 120],
    [jsonTextFamily, 40],
    [addressesFamily, 60],
    [plansFamily, 40],
    [queriesFamily, 40],
  ];
}

export class Schedule {
  readonly #round: readonly (readonly [Family, number])[];
  readonly #seed: number;
  readonly #world: World;
  readonly #byHand = new Map<string, readonly Draft[]>();

  constructor(seed: number, definitions: Definitions, world: World) {
    this.#round = roundOf(definitions);
    this.#seed = seed;
    this.#world = world;
  }

  *batches(count: number): Generator<Batch> {
    const drawn = new Map<string, number>();
    for (let index = 0; index < count;) {
      for (const [family, size] of this.#round) {
        const first = drawn.get(family.name) ?? 0;
        const length = Math.min(size, count - index);
        if (length === 0) return;
        drawn.set(family.name, first + length);
        const start = index;
        const cases = Array.from({ length }, (_, at) => this.#case(family, start + at, first + at));
        index += length;
        yield { family: family.name, cases };
      }
    }
  }

  /** The one case with this index. */
  only(index: number): FuzzCase {
    for (const { cases } of this.batches(index + 1)) {
      const found = cases.find((one) => one.index === index);
      if (found) return found;
    }
    throw new RangeError(`There is no case ${index}.`);
  }

  #case(family: Family, index: number, ordinal: number): FuzzCase {
    const byHand = this.#byHand.get(family.name) ?? family.byHand(this.#world);
    this.#byHand.set(family.name, byHand);
    const draft = byHand[ordinal] ?? family.generate(new Random(this.#seed, index), this.#world);
    return { ...draft, index, family: family.name };
  }
}

/** Requests that a server answers without a body. */
export function isHead({ send }: Draft): boolean {
  return isRequest(send) && send.method === 'HEAD';
}
