import { Api } from '../../e2e/api.ts';
import { task } from './cases/bodies.ts';
import type { JsonSchema, Route, World } from './cases/fuzz-case.ts';
import type { Definitions } from './cases/schema-mutation.ts';
import type { Stack } from './stack.ts';
import { HOST } from './wire/http-request.ts';

interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { requestBody?: { content: Record<string, { schema: JsonSchema }> } }>>
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
  /** Goals that were accepted so far, with their texts. */
  readonly goals: Map<string, string>;
}

/** Two goals that have ended, and what the API says of itself. */
export async function prepareWorld({ ports, keys }: Stack): Promise<Prepared> {
  const api = new Api(`http://${HOST}:${ports.open}`);
  const goals = new Map<string, string>();
  const run = async (goal: string, worker: string): Promise<string> => {
    const ended = await api.run({
      goal,
      plan: { tasks: [task('a', [], { worker }), task('b', ['a'], { worker })] },
    });
    goals.set(ended.goal.id, ended.goal.goal);
    return ended.goal.id;
  };
  await run('A first goal, for a page to end with.', 'writer');
  const goalId = await run('A second goal, that others are measured by.', 'researcher');
  const document = await api.json<OpenApi>('GET', '/openapi.json', 200);
  const { nextCursor } = await api.json<{ nextCursor: string }>('GET', '/v1/goals?limit=1', 200);
  return {
    world: { goalId, taskId: 'a', cursor: nextCursor, routes: routesOf(document), keys },
    definitions: document.components.schemas,
    goals,
  };
}
