import type { Goal } from '@baton/shared/contract/goal';
import { Api } from '../../e2e/api.ts';
import { task } from './cases/bodies.ts';
import type { JsonSchema, Route, World } from './cases/fuzz-case.ts';
import type { Definitions } from './cases/schema-mutation.ts';
import { documentedAnswers, type Documented } from './documented.ts';
import { ORIGIN, type Stack } from './stack.ts';
import { HOST } from './wire/http-request.ts';

interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            requestBody?: { content: Record<string, { schema: JsonSchema }> };
            responses?: Readonly<Record<string, unknown>>;
          }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Definitions };
}

const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'patch', 'head', 'options']);

function routesOf({ paths }: OpenApi): Route[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => METHODS.has(method))
      .map(([method, { requestBody }]) => ({
        method: method.toUpperCase(),
        path,
        body: requestBody?.content['application/json']?.schema ?? null,
      })),
  );
}

export interface Prepared {
  readonly world: World;
  readonly definitions: Definitions;
  readonly isDocumented: Documented;
  /** Texts that the model may have been asked for by dry runs. */
  readonly asked: Set<string>;
  /** Goals that were accepted so far, with their texts. */
  readonly goals: Map<string, string>;
}

const KEY = 'the key of a goal that has ended';

/** Three goals that have ended, one that awaits approval, and what the API says of itself. */
export async function prepareWorld({ ports, keys, limitedKeys }: Stack): Promise<Prepared> {
  const api = new Api(`http://${HOST}:${ports.open}`);
  const goals = new Map<string, string>();
  const requestOf = (goal: string, worker: string): { goal: string; plan: object } => ({
    goal,
    plan: { tasks: [task('a', [], { worker }), task('b', ['a'], { worker })] },
  });
  const submit = async (body: object, headers: Readonly<Record<string, string>> = {}): Promise<string> => {
    const { id, goal } = await api.json<Goal>('POST', '/v1/goals', 202, { body, headers });
    goals.set(id, goal);
    return id;
  };
  await api.follow(await submit(requestOf('A first goal, for a page to end with.', 'writer')));
  const goalId = await submit(requestOf('A second goal, that others are measured by.', 'researcher'));
  const body = { goal: 'A third goal, made by a key.', plan: { tasks: [task('only')] } };
  const keyed = { key: KEY, goalId: await submit(body, { 'idempotency-key': KEY }), body };
  await Promise.all([goalId, keyed.goalId].map((id) => api.follow(id)));
  const waiting = {
    ...requestOf('A fourth goal, that awaits approval.', 'writer'),
    options: { approval: true, deadline: '1d' },
  };
  const waitingGoalId = await submit(waiting);
  await api.eventOf(waitingGoalId, 'goal.awaiting_approval');
  const document = await api.json<OpenApi>('GET', '/openapi.json', 200);
  const { nextCursor } = await api.json<{ nextCursor: string }>('GET', '/v1/goals?limit=1', 200);
  return {
    world: {
      goalId,
      taskId: 'a',
      waitingGoalId,
      keyed,
      cursor: nextCursor,
      routes: routesOf(document),
      keys,
      spentKey: limitedKeys[0] ?? '',
      origin: ORIGIN,
    },
    definitions: document.components.schemas,
    isDocumented: documentedAnswers(document.paths),
    asked: new Set(),
    goals,
  };
}
