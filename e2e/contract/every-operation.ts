import { expect, test } from 'vitest';
import type { Api, Call } from '../api.ts';
import { addressOf, type Operation } from './document.ts';
import { rawFetch } from './raw-fetch.ts';
import { scopes, type World } from './world.ts';

type Answers = Record<string, unknown>;

const JSON_TYPE = { 'content-type': 'application/json' };
/** Refused by all operations alike, before they look at anything else. */
const unusable: [name: string, status: number, call: Call][] = [
  ['a body that is no JSON', 400, { text: '{"goal":', headers: JSON_TYPE }],
  ['a body over 1 MiB', 413, { headers: { ...JSON_TYPE, 'content-length': '1048577' } }],
  [
    'a body in another encoding',
    415,
    { text: '{}', headers: { 'content-type': 'application/json; charset=utf-16le' } },
  ],
  ['an expectation', 417, { headers: { expect: 'the-best' } }],
  ['headers that are too large', 431, { headers: { 'x-large': 'x'.repeat(20_000) } }],
];

/** What holds for every operation of the document, whatever it does. */
export function everyOperation(world: World, goalIdOf: () => string): void {
  /** The status of each operation, by its id. */
  async function statuses(
    operations: readonly Operation[],
    answer: (operation: Operation) => Promise<Response>,
  ): Promise<Answers> {
    const entries = operations.map(async (operation): Promise<[string, number]> => {
      const response = await answer(operation);
      await response.body?.cancel();
      return [operation.operationId, response.status];
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  function all(operations: readonly Operation[], status: number): Answers {
    return Object.fromEntries(operations.map(({ operationId }) => [operationId, status]));
  }

  const withGoal = (): Operation[] =>
    world.contract().operations.filter(({ template }) => template.includes('{goalId}'));

  test("does not find another tenant's goal, as if it did not exist", async () => {
    const stranger = world.client('umbrella');
    expect(withGoal().length).toBeGreaterThan(10);
    for (const operation of withGoal()) {
      const answers = [goalIdOf(), 'goal_nothing'].map(async (goalId) => {
        const response = await world.call(stranger, operation, goalId);
        const text = (await response.text()).replaceAll(goalId, 'ID');
        return { operation: operation.operationId, status: response.status, text };
      });
      const [foreign, unknown] = await Promise.all(answers);
      expect(foreign).toEqual({ ...unknown, status: 404 });
    }
  });

  test.for([undefined, 'no-such-key'])('asks for a key, and not for %s', async (key) => {
    const { operations } = world.contract();
    const answers = await statuses(operations, (operation) =>
      world.call(world.client(key), operation, goalIdOf()),
    );
    expect(answers).toEqual(all(operations, 401));
  });

  test('needs the scope that it names', async () => {
    const { operations } = world.contract();
    expect(scopes).toEqual(expect.arrayContaining(operations.map(({ scope }) => scope)));
    const answers = await statuses(operations, (operation) =>
      world.call(world.client(`without-${operation.scope}`), operation, goalIdOf()),
    );
    expect(answers).toEqual(all(operations, 403));
  });

  test('needs no other scope; admin includes it', async () => {
    const { operations } = world.contract();
    const answer = (keyOf: (operation: Operation) => string) =>
      statuses(operations, (operation) => {
        const api = world.client(keyOf(operation));
        // Nothing is to be done: what needs a body gets none, and the goal is nobody's.
        const path = addressOf(operation.template, 'goal_nothing');
        return api.fetch(operation.method, path);
      });
    const answers = await answer(({ scope }) => `only-${scope}`);
    expect(Object.values(answers)).not.toContain(401);
    expect(Object.values(answers)).not.toContain(403);
    expect(await answer(() => 'only-admin')).toEqual(answers);
  });

  test('is reached by its own method alone', async () => {
    const { operations } = world.contract();
    const api = world.client('acme');
    const listed = new Map<string, string[]>();
    for (const { template, method } of operations) {
      listed.set(template, [...(listed.get(template) ?? []), method]);
    }
    for (const [template, methods] of listed) {
      const path = addressOf(template, goalIdOf());
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        if (methods.includes(method)) continue;
        const response = await api.fetch(method, path);
        const allowed = response.headers.get('allow')?.split(', ').toSorted();
        expect({ template, method, status: response.status, allowed }).toEqual({
          template,
          method,
          status: 405,
          allowed: methods.toSorted(),
        });
      }
    }
  });

  test('answers HEAD as it answers GET, without a body', async () => {
    const api = world.client('acme');
    for (const { method, template } of world.contract().operations) {
      if (method !== 'GET') continue;
      const path = addressOf(template, goalIdOf());
      const [head, get] = await Promise.all([api.fetch('HEAD', path), api.fetch('GET', path)]);
      const told = ({ status, headers }: Response): unknown => [
        template,
        status,
        headers.get('content-type'),
      ];
      expect(told(head)).toEqual(told(get));
      expect(await head.text()).toBe('');
      await get.body?.cancel();
    }
  });

  test('is all that there is', async () => {
    for (const path of ['/v1', '/v1/nothing', `/v1/goals/${goalIdOf()}/nothing`]) {
      await world.client('acme').problem('GET', path, 404);
      await world.client(undefined).problem('GET', path, 401);
    }
  });

  test.for(unusable)('refuses %s', async ([, status, call]) => {
    const { operations } = world.contract();
    const api: Api = world.client('acme', rawFetch);
    const answers = await statuses(operations, ({ method, template }) =>
      api.fetch(method, addressOf(template, goalIdOf()), call),
    );
    expect(answers).toEqual(all(operations, status));
  });
}
