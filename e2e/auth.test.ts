import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Goal, GoalSummary } from '@baton/shared/contract/goal';
import { beforeAll, describe, expect, inject, test, type TestContext } from 'vitest';
import type { Api } from './api.ts';
import { addressOf, programFor, useBaton } from './baton.ts';

function entry(tenant: string, key: string, scopes = ''): string {
  return `${tenant}:${createHash('sha256').update(key).digest('hex')}${scopes}`;
}

const keys = [
  entry('acme', 'acme-key'),
  entry('acme', 'acme-second-key'),
  entry('umbrella', 'umbrella-key'),
  entry('acme', 'reader-key', ':read'),
  entry('acme', 'writer-key', ':submit'),
].join(',');

const baton = useBaton({ workers: 0, orchestrator: { BATON_API_KEYS: keys } });
const as = (key: string): Api => baton.api.withKey(key);

describe('a tenant', () => {
  let goal: Goal;
  beforeAll(async () => {
    ({ goal } = await as('acme-key').run({ goal: 'What is 5 + 5?' }));
  });

  test('sees its goals with each of its keys', async () => {
    for (const key of ['acme-key', 'acme-second-key', 'reader-key']) {
      expect(await as(key).goal(goal.id)).toEqual(goal);
      const { items } = await as(key).json<{ items: GoalSummary[] }>('GET', '/v1/goals', 200);
      expect(items.map(({ id }) => id)).toContain(goal.id);
    }
  });

  test.for(['', '/plan', '/tasks', '/tasks/a', '/output', '/events', '/deliveries'])(
    "does not find another tenant's goal at %s, as if it did not exist",
    async (part) => {
      const problem = await as('umbrella-key').problem('GET', `/v1/goals/${goal.id}${part}`, 404);
      const unknown = await as('umbrella-key').problem('GET', `/v1/goals/goal_unknown${part}`, 404);
      expect(JSON.stringify(problem).replaceAll(goal.id, 'goal_unknown')).toBe(JSON.stringify(unknown));
    },
  );

  test("can neither cancel nor retry another tenant's goal, nor list it", async () => {
    for (const step of ['cancel', 'retry']) {
      await as('umbrella-key').problem('POST', `/v1/goals/${goal.id}/${step}`, 404);
    }
    expect(await as('umbrella-key').json('GET', '/v1/goals', 200)).toEqual({ items: [], nextCursor: null });
  });

  test("can not page into another tenant's goals with its cursor", async () => {
    await as('acme-key').run({ goal: 'What is 6 + 6?' });
    const page = await as('acme-key').json<{ nextCursor: string }>('GET', '/v1/goals?limit=1', 200);
    const path = `/v1/goals?cursor=${encodeURIComponent(page.nextCursor)}`;
    expect(await as('umbrella-key').json('GET', path, 200)).toMatchObject({ items: [] });
  });
});

describe('without a key that the server knows', () => {
  test.for([
    ['no key', undefined],
    ['a wrong key', 'Bearer wrong'],
    ['another scheme', 'Basic YWNtZS1rZXk='],
    ['the hash of a key', `Bearer ${createHash('sha256').update('acme-key').digest('hex')}`],
    ['an empty key', 'Bearer '],
  ])('%s is refused on every route with 401', async ([, authorization]) => {
    const headers = authorization === undefined ? {} : { authorization };
    const routes = [
      ['POST', '/v1/goals'],
      ['GET', '/v1/goals'],
      ['GET', '/v1/goals/goal_x/events'],
      ['POST', '/v1/goals/goal_x/cancel'],
      ['POST', '/v1/goals/goal_x/retry'],
      ['GET', '/v1/worker-types'],
      ['GET', '/v1/nothing'],
    ] as const;
    for (const [method, path] of routes) {
      const response = await baton.api.fetch(method, path, { headers });
      expect({ path, status: response.status }).toEqual({ path, status: 401 });
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toMatchObject({ type: 'urn:baton:problem:unauthorized' });
    }
  });

  test('a body is not even read', async () => {
    const call = { text: '{"broken', headers: { 'content-type': 'application/json' } };
    await baton.api.problem('POST', '/v1/goals', 401, call);
  });

  test('health and the API description are open', async () => {
    for (const path of ['/livez', '/readyz', '/openapi.json']) {
      expect((await baton.api.fetch('GET', path)).status).toBe(200);
    }
  });

  test('the dashboard, which has no logins here, is not shown', async () => {
    for (const path of ['', '/queues', '/queues/api/queues', '/goals/goal_x']) {
      expect((await baton.api.fetch('GET', `/admin${path}`)).status).toBe(404);
    }
    const { links } = await as('acme-key').submit({ goal: 'What is 9 + 9?' });
    expect(links.dashboard).toBeNull();
  });
});

describe('a key may do what its scopes say', () => {
  const forbidden = { type: 'urn:baton:problem:forbidden' };

  test('a reader can neither submit, cancel nor retry', async () => {
    const { id } = await as('acme-key').submit({ goal: 'What is 7 + 7?' });
    const submitted = await as('reader-key').problem('POST', '/v1/goals', 403, { body: { goal: 'No.' } });
    expect(submitted).toMatchObject({ ...forbidden, detail: expect.stringContaining('submit') });
    for (const step of ['cancel', 'retry']) {
      const refused = await as('reader-key').problem('POST', `/v1/goals/${id}/${step}`, 403);
      expect(refused).toMatchObject({ ...forbidden, detail: expect.stringContaining('operate') });
    }
  });

  test('a submitter can not read', async () => {
    const { id } = await as('writer-key').submit({ goal: 'What is 8 + 8?' });
    for (const part of ['', '/events', '/output']) {
      expect(await as('writer-key').problem('GET', `/v1/goals/${id}${part}`, 403)).toMatchObject(forbidden);
    }
    await as('writer-key').problem('GET', '/v1/goals', 403);
  });
});

describe('the address', () => {
  const environment = { REDIS_URL: inject('redisUrl'), ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', PORT: '0' };
  const open = { ...environment, HOST: '0.0.0.0' };

  function keysFile({ onTestFinished }: TestContext, text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'baton-e2e-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'keys');
    writeFileSync(file, text, { mode: 0o644 });
    return file;
  }

  test('that others can reach is not served without keys', async (context) => {
    const program = programFor(context, 'orchestrator', open);
    expect(await program.exit()).toBe(78);
    expect(program.output()).toMatch(/HOST:.*loopback.*BATON_API_KEYS/);
  });

  test.for([
    ['a list', ' , '],
    ['a file', '# no key yet\n'],
  ])('that others can reach is not served with %s that holds no key', async ([kind, text = ''], context) => {
    const given =
      kind === 'a file' ? { BATON_API_KEYS_FILE: keysFile(context, text) } : { BATON_API_KEYS: text };
    const program = programFor(context, 'orchestrator', { ...open, ...given });
    expect(await program.exit()).toBe(78);
    expect(program.output()).toContain('BATON_API_KEYS');
  });

  test('is served with the keys of a file', async (context) => {
    const file = keysFile(context, `# keys\n${entry('acme', 'file-key')}\n\n`);
    const settings = { ...open, BATON_PREFIX: baton.prefix, BATON_API_KEYS_FILE: file };
    const program = programFor(context, 'orchestrator', settings);
    const url = await addressOf(program);
    expect(program.output()).toContain('every user of this machine may read BATON_API_KEYS_FILE');
    const status = async (key: string): Promise<number> =>
      (await fetch(`${url}/v1/goals`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await status('file-key')).toBe(200);
    expect(await status('acme-key')).toBe(401);
  });

  test.for([
    ['BATON_API_KEYS', 'acme:nothex', /BATON_API_KEYS: entry 1: expected tenant:sha256hex/],
    ['BATON_API_KEYS', entry('acme', 'x', ':read+fly'), /BATON_API_KEYS: entry 1: unknown scope fly/],
    ['BATON_API_KEYS_FILE', '/nowhere/keys', /BATON_API_KEYS_FILE: can't be read/],
  ] as const)('is not served with %s=%s', async ([name, value, said], context) => {
    const program = programFor(context, 'orchestrator', { ...environment, [name]: value });
    expect(await program.exit()).toBe(78);
    expect(program.output()).toMatch(said);
  });
});
