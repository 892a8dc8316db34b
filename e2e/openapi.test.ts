import { Validator } from '@seriousme/openapi-schema-validator';
import { beforeAll, describe, expect, test } from 'vitest';
import { useSharedBaton } from './baton.ts';
import { validator, type Validate } from './contract/conformance.ts';
import { follow, readContract, type Contract, type MediaType } from './contract/document.ts';
import { plan, task } from './plans.ts';

const baton = useSharedBaton();

let contract: Contract;
let strictly: Validate;
let loosely: Validate;
beforeAll(async () => {
  contract = await readContract(baton.api);
  strictly = validator(contract, { isStrict: true });
  loosely = validator(contract, { isStrict: false });
});

describe('the document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate({ ...contract.document });
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(contract.document['openapi']).toMatch(/^3\.1\./);
  });

  test('refers to nothing that it lacks, and holds nothing that is not referred to', () => {
    const text = JSON.stringify(contract.document);
    const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, target = '']) => target));
    expect(references.size).toBeGreaterThan(40);
    for (const reference of references) {
      expect({ reference, isFound: follow(contract.document, reference) !== undefined }).toEqual({
        reference,
        isFound: true,
      });
    }
    const kinds = contract.document['components'] as Record<string, Record<string, unknown>>;
    const unused = ['schemas', 'parameters', 'headers', 'responses'].flatMap((kind) =>
      Object.keys(kinds[kind] ?? {})
        .map((name) => `#/components/${kind}/${name}`)
        .filter((reference) => !references.has(reference)),
    );
    // No operation answers so: methods that are not listed do.
    expect(unused).toEqual(['#/components/responses/MethodNotAllowed']);
  });

  test('names every operation once, and every reply says what it is', () => {
    const names = contract.operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { operationId, replies } of contract.operations) {
      for (const [status, { description }] of Object.entries(replies)) {
        expect(description, `${operationId} ${status}`).not.toBe('');
      }
    }
  });

  test('gives examples for every body, and each fits its schema', () => {
    const bodies: [string, MediaType][] = contract.operations.flatMap(({ operationId, body, replies }) => [
      ...(body ? [[`${operationId} request`, body] as [string, MediaType]] : []),
      ...Object.entries(replies).flatMap(([status, { content = {} }]) =>
        Object.entries(content).map(([type, media]): [string, MediaType] => [
          `${operationId} ${status} ${type}`,
          media,
        ]),
      ),
    ]);
    const { webhooks } = contract.document as {
      webhooks: Record<string, { post: { requestBody: { content: Record<string, MediaType> } } }>;
    };
    for (const [name, { post }] of Object.entries(webhooks)) {
      for (const media of Object.values(post.requestBody.content)) bodies.push([name, media]);
    }
    expect(bodies.length).toBeGreaterThan(200);
    for (const [name, { schema, examples = {} }] of bodies) {
      expect(Object.keys(examples).length, name).toBeGreaterThan(0);
      for (const [example, { value }] of Object.entries(examples)) {
        expect(strictly(schema, value), `${name}: ${example}`).toEqual([]);
      }
    }
  });
});

describe('a request', () => {
  const schema = { $ref: '#/components/schemas/GoalRequest' };
  const faultsOf = (request: unknown): string[] => loosely(schema, request);

  test.for([
    { goal: 'A.' },
    { goal: 'A.', context: 'text', recipe: 'report', plan: null, webhook: null },
    { goal: 'A.', context: { a: [1] }, plan: plan(task('a')), options: { maxTasks: 3, priority: 'low' } },
    { goal: 'A.', options: { workerTypes: ['writer'], decomposition: 'dynamic' }, labels: { Team: 'x' } },
    { goal: 'A.', options: { deadline: '90s', approval: true } },
    { goal: 'A.', options: { reviewRounds: 1, judges: 2, maxReplans: 1, cache: 'read', taskTimeout: '5m' } },
    { goal: 'A.', plan: { tasks: [task('a'), { ...task('b', ['a']), forEach: 'a', why: 'w', focus: 'f' }] } },
    { goal: 'A.', plan: plan(task('a', [], 'orchestrator')), options: { finishEarly: true } },
  ])('that is taken fits its description: %j', async (request) => {
    expect(faultsOf(request)).toEqual([]);
    await baton.api.json('POST', '/v1/goals', 202, { body: request });
  });

  test.for([
    {},
    { goal: 5 },
    { goal: 'A.', gaol: 1 },
    { goal: 'A.', options: { maxTasks: 0 } },
    { goal: 'A.', options: { deadline: 'soon' } },
    { goal: 'A.', options: { reviewRounds: 6 } },
    { goal: 'A.', options: { judges: 0 } },
    { goal: 'A.', options: { maxReplans: -1 } },
    { goal: 'A.', options: { cache: 'on' } },
    { goal: 'A.', options: { taskTimeout: 'long' } },
    { goal: 'A.', labels: { 'a b': 'x' } },
    { goal: 'A.', plan: { tasks: [] } },
    { goal: 'A.', webhook: { url: 'https://example.com', secret: 'x' } },
  ])('that is refused does not: %j', async (request) => {
    expect(faultsOf(request)).not.toEqual([]);
    await baton.api.problem('POST', '/v1/goals', 400, { body: request });
  });
});

describe('the page at /docs', () => {
  const loaded = (page: string): string[] =>
    [...page.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map(([, address = '']) => address)
      .filter((address) => !address.startsWith('data:'));

  test('loads nothing from elsewhere, and runs no script of its own', async () => {
    const response = await baton.api.fetch('GET', '/docs');
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src '(self|none)'/);
    expect(policy).not.toMatch(/unsafe|https?:/);
    const page = await response.text();
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
    expect(loaded(page).length).toBe(4);
    for (const address of loaded(page)) {
      expect(address).not.toMatch(/^\/|:/);
      const file = await baton.api.fetch('GET', `/${address}`);
      expect({ address, status: file.status }).toEqual({ address, status: 200 });
      expect((await file.text()).length).toBeGreaterThan(100);
      const head = await baton.api.fetch('HEAD', `/${address}`);
      expect([head.status, await head.text()]).toEqual([200, '']);
    }
  });

  test('lets files that never change be kept', async () => {
    const page = await (await baton.api.fetch('GET', '/docs')).text();
    for (const address of loaded(page).filter((each) => each.includes('swagger'))) {
      const { headers } = await baton.api.fetch('HEAD', `/${address}`);
      expect(headers.get('cache-control')).toMatch(/max-age=31536000, immutable/);
    }
  });

  test.for([
    '/docs/package.json',
    '/docs/..%2fpackage.json',
    '/docs/swagger-ui-bundle.js.map',
    '/docs/absolute-path.js',
  ])('there is nothing at %s', async (path) => {
    await baton.api.problem('GET', path, 404);
  });

  test('takes GET alone, and is found with a slash too', async () => {
    const { headers, status } = await baton.api.fetch('POST', '/docs');
    expect([status, headers.get('allow')]).toEqual([405, 'GET']);
    const slash = await baton.api.fetch('GET', '/docs/');
    expect([slash.status, slash.headers.get('location')]).toEqual([308, '../docs']);
  });
});
