import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { GoalRun } from './api.ts';
import { beforeAll, expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { plan, task } from './plans.ts';

const baton = useBaton();

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: object }> }>>;
  readonly requestBody?: { content: Record<string, { schema: object }> };
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

let document: OpenApi;
let run: GoalRun;
beforeAll(async () => {
  document = await baton.api.json('GET', '/openapi.json', 200);
  run = await baton.api.run({
    goal: 'Described.',
    plan: plan(task('a'), task('b', ['a'])),
    labels: { a: 'b' },
  });
});

/** What the document says is wrong with a value; nothing, we hope. */
function faultsOf(schema: object, value: unknown): unknown {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ $id: 'http://baton/openapi', ...document });
  const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"http://baton/openapi#/')) as object;
  const validate = ajv.compile(local);
  return validate(value) ? [] : validate.errors;
}

test('the document is valid OpenAPI 3.1', async () => {
  const result = await new Validator().validate({ ...document });
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
  expect(document.openapi).toMatch(/^3\.1\./);
});

test('every reference in the document leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, target = '']) => target,
  );
  expect(references.length).toBeGreaterThan(10);
  for (const reference of new Set(references)) {
    const [, ...steps] = reference.split('/');
    const target = steps.reduce<unknown>(
      (value, step) => (value as Record<string, unknown> | undefined)?.[step],
      document,
    );
    expect({ reference, found: target !== undefined }).toEqual({ reference, found: true });
  }
});

test('every operation has a name of its own', () => {
  const names = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(8);
});

type Reply = [
  method: string,
  template: string,
  path: (goalId: string) => string,
  status: number,
  body?: unknown,
];

const replies: Reply[] = [
  ['post', '/v1/goals', () => '/v1/goals', 202, { goal: 'What is 1 + 2?' }],
  ['post', '/v1/goals', () => '/v1/goals', 400, { gaol: 1 }],
  ['get', '/v1/goals', () => '/v1/goals?limit=1', 200],
  ['get', '/v1/goals', () => '/v1/goals?limit=0', 400],
  ['get', '/v1/goals/{goalId}', (id) => `/v1/goals/${id}`, 200],
  ['get', '/v1/goals/{goalId}', () => '/v1/goals/goal_x', 404],
  ['get', '/v1/goals/{goalId}/plan', (id) => `/v1/goals/${id}/plan`, 200],
  ['get', '/v1/goals/{goalId}/tasks', (id) => `/v1/goals/${id}/tasks`, 200],
  ['get', '/v1/goals/{goalId}/tasks/{taskId}', (id) => `/v1/goals/${id}/tasks/b`, 200],
  ['get', '/v1/goals/{goalId}/tasks/{taskId}', (id) => `/v1/goals/${id}/tasks/z`, 404],
  ['get', '/v1/goals/{goalId}/events', (id) => `/v1/goals/${id}/events`, 200],
  ['post', '/v1/goals/{goalId}/cancel', (id) => `/v1/goals/${id}/cancel`, 409],
  ['get', '/v1/worker-types', () => '/v1/worker-types', 200],
];

test.for(replies)('the reply to %s %s is as described', async ([method, template, path, status, body]) => {
  const response = await baton.api.fetch(method.toUpperCase(), path(run.goal.id), {
    headers: { accept: 'application/json' },
    ...(body !== undefined && { body }),
  });
  expect(response.status).toBe(status);
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  const schema = document.paths[template]?.[method]?.responses[status]?.content?.[type]?.schema;
  expect(schema).toBeDefined();
  expect(faultsOf(schema ?? {}, await response.json())).toEqual([]);
});

test('the answer comes in a described type', async () => {
  const response = await baton.api.fetch('GET', `/v1/goals/${run.goal.id}/output`);
  const described = document.paths['/v1/goals/{goalId}/output']?.['get']?.responses[200]?.content ?? {};
  expect(Object.keys(described)).toContain(response.headers.get('content-type')?.split(';')[0]);
});

const goalRequest = () =>
  document.paths['/v1/goals']?.['post']?.requestBody?.content['application/json']?.schema ?? {};

test.for([
  { goal: 'A.' },
  { goal: 'A.', context: 'text', recipe: 'report', plan: null },
  { goal: 'A.', context: { a: [1] }, plan: plan(task('a')), options: { maxTasks: 3, priority: 'low' } },
  { goal: 'A.', options: { workerTypes: ['writer'], decomposition: 'dynamic' }, labels: { team: 'x' } },
])('a request that is taken fits its description: %j', async (request) => {
  expect(faultsOf(goalRequest(), request)).toEqual([]);
  await baton.api.json('POST', '/v1/goals', 202, { body: request });
});

test.for([{}, { goal: 5 }, { goal: 'A.', gaol: 1 }, { goal: 'A.', options: { maxTasks: 0 } }])(
  'a request that is refused does not: %j',
  async (request) => {
    expect(faultsOf(goalRequest(), request)).not.toEqual([]);
    await baton.api.problem('POST', '/v1/goals', 400, { body: request });
  },
);

test('every route that the document lists exists, and takes only what it lists', async () => {
  for (const [template, operations] of Object.entries(document.paths)) {
    const path = template.replace('{goalId}', run.goal.id).replace('{taskId}', 'a');
    const response = await baton.api.fetch('PATCH', path);
    expect({ template, status: response.status }).toEqual({ template, status: 405 });
    const allowed = (response.headers.get('allow') ?? '').toLowerCase().split(', ');
    expect(allowed.toSorted()).toEqual(Object.keys(operations).toSorted());
  }
});
