import { describe, expect, it } from 'vitest';
import type { Stats } from '../../contract/fleet.ts';
import { baton, type Given } from '../../testing/baton-command.ts';
import { json, problem, startStubServer, type Reply, type StubServer } from '../../testing/stub-server.ts';

const calm = { waiting: 0, active: 0, delayed: 0, oldestWaitingMs: null };

function statsWith(researcher: Partial<Stats['workerTypes'][number]>): Stats {
  return {
    workerTypes: [
      { type: 'researcher', ...calm, workers: 1, slots: 8, slotsWanted: 8, ...researcher },
      { type: 'writer', ...calm, workers: 2, slots: 16, slotsWanted: 0 },
    ],
    planning: calm,
    synthesis: calm,
  };
}

const forbidden = problem(403, 'forbidden', 'This key lacks the scope.');
const unauthorized = problem(401, 'unauthorized', 'Send a key.');
const CANCEL = 'POST /v1/goals/goal_00000000000000000000000000/cancel';

function text(status: number, body: string, date = new Date().toUTCString()): Reply {
  return (response) => void response.writeHead(status, { date, 'content-type': 'text/plain' }).end(body);
}

function server(script: Readonly<Record<string, readonly Reply[]>> = {}): Promise<StubServer> {
  return startStubServer({
    'GET /livez': [text(200, 'ok\n')],
    'GET /readyz': [text(200, 'ok\n')],
    'GET /openapi.json': [json(200, { info: { version: '0.1.3' } })],
    'GET /v1/goals?limit=1': [json(200, { items: [], nextCursor: null })],
    'POST /v1/plans/validate': [json(200, { valid: false, violations: [] })],
    [CANCEL]: [problem(404, 'not_found', 'There is no such goal.')],
    'GET /v1/stats': [json(200, statsWith({}))],
    ...script,
  });
}

interface Check {
  readonly check: string;
  readonly state: string;
  readonly message: string;
  readonly remedy: string | null;
}

async function examine(given: Given): Promise<{ exitCode: number; ok: boolean; found: Map<string, Check> }> {
  const { exitCode, stdout } = await baton(['doctor', '-o', 'json'], { now: Date.now, ...given });
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  return { exitCode, ok, found: new Map(checks.map((check) => [check.check, check])) };
}

const KEY = 'baton_secret';
const environment = { BATON_API_KEY: KEY };

describe('baton doctor', () => {
  it('finds nothing wrong with a server that is well, and sends the key with its calls alone', async () => {
    const stub = await server();
    const { exitCode, stdout } = await baton(['doctor'], { ...stub, environment, now: Date.now });
    expect(exitCode).toBe(0);
    expect(stdout.replace(stub.url, 'SERVER')).toBe(`✓ ok       server     SERVER answers
✓ ok       clock      the server's clock agrees with this one
✓ ok       readiness  the server is ready for work
✓ ok       version    baton 0.1.0, server 0.1.3
✓ ok       key        the key is accepted; read, submit and operate work
✓ ok       workers    every worker type has workers; 24 slots in all
✓ ok       queues     nothing waits for long
`);
    const withKey = stub.requests.filter(({ headers }) => headers.authorization === `Bearer ${KEY}`);
    expect(withKey.map(({ url }) => url).every((url) => url.startsWith('/v1/'))).toBe(true);
    expect(withKey).toHaveLength(4);
  });

  it('says what to do where no server is', async () => {
    const stub = await server({ 'GET /livez': [(response) => void response.destroy()] });
    const { exitCode, ok, found } = await examine(stub);
    expect([exitCode, ok, [...found.keys()]]).toEqual([4, false, ['server']]);
    expect(found.get('server')).toEqual({
      check: 'server',
      state: 'problem',
      message: `${stub.url} can not be reached: the connection was cut (UND_ERR_SOCKET)`,
      remedy: 'Check that Baton runs, and set BATON_URL or --url to its address.',
    });
  });

  it.each<[string, Record<string, Reply[]>, string, Partial<Check>]>([
    [
      'is not ready',
      { 'GET /readyz': [text(503, 'Redis does not answer\n')] },
      'readiness',
      { state: 'problem', message: 'the server is not ready: Redis does not answer' },
    ],
    [
      'has another clock',
      { 'GET /livez': [text(200, 'ok\n', new Date(Date.now() + 3_600_000).toUTCString())] },
      'clock',
      { state: 'warning', message: expect.stringContaining('ahead of this one') as string },
    ],
    ['is none of ours', { 'GET /livez': [text(404, 'no')] }, 'server', { state: 'problem' }],
    [
      'is of another generation',
      { 'GET /openapi.json': [json(200, { info: { version: '2.0.0' } })] },
      'version',
      { state: 'warning', message: 'baton 0.1.0, server 2.0.0' },
    ],
    [
      'denies a scope',
      { [CANCEL]: [forbidden] },
      'key',
      { state: 'warning', message: 'the key is accepted, but not for operate; read and submit works' },
    ],
    [
      'has no worker for a type',
      { 'GET /v1/stats': [json(200, statsWith({ workers: 0, slots: 0 }))] },
      'workers',
      { state: 'warning', message: 'no worker takes researcher' },
    ],
    [
      'has tasks and nobody for them',
      { 'GET /v1/stats': [json(200, statsWith({ workers: 0, slots: 0, waiting: 3 }))] },
      'workers',
      { state: 'problem', message: 'tasks wait, and no worker takes them: researcher' },
    ],
    [
      'lets tasks wait for long',
      { 'GET /v1/stats': [json(200, statsWith({ waiting: 3, oldestWaitingMs: 90_000, slotsWanted: 11 }))] },
      'queues',
      {
        state: 'warning',
        message: 'the oldest job has waited 1m30s (researcher)',
        remedy: 'Start more workers of these types.',
      },
    ],
    [
      'lets tasks wait that more workers would not help',
      { 'GET /v1/stats': [json(200, statsWith({ waiting: 3, oldestWaitingMs: 90_000, slotsWanted: 8 }))] },
      'queues',
      { state: 'warning', remedy: expect.stringContaining('More workers would not help now') },
    ],
  ])('tells of a server that %s', async (_, script, check, expected) => {
    const { exitCode, ok, found } = await examine({ ...(await server(script)), environment });
    expect(found.get(check)).toMatchObject(expected);
    expect(found.get(check)?.remedy).not.toBeNull();
    expect([exitCode, ok]).toEqual(expected.state === 'problem' ? [4, false] : [0, true]);
  });

  it('tells a key that is not known from one that is missing, and looks no further', async () => {
    const script = {
      'GET /v1/goals?limit=1': [unauthorized],
      'POST /v1/plans/validate': [unauthorized],
      [CANCEL]: [unauthorized],
    };
    const unknown = await examine({ ...(await server(script)), environment });
    expect(unknown.found.get('key')).toMatchObject({
      state: 'problem',
      message: 'the server does not know this key',
    });
    expect(unknown.found.has('workers')).toBe(false);
    const missing = await examine(await server(script));
    expect(missing.found.get('key')).toMatchObject({ message: 'the server asks for a key' });
  });

  it('looks at the model only when it is named, and never shows its key', async () => {
    const model = await startStubServer({
      'GET /v1/models?limit=1': [json(200, { data: [] }), json(401, {}), json(404, {})],
    });
    const secret = 'sk-very-secret';
    const seen: unknown[] = [];
    for (let time = 0; time < 3; time += 1) {
      const given = { environment: { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: secret } };
      const { found } = await examine({ ...(await server()), ...given });
      expect(JSON.stringify([...found])).not.toContain(secret);
      seen.push(found.get('model')?.state);
    }
    expect(seen).toEqual(['ok', 'problem', 'warning']);
    expect(model.requests[0]?.headers['x-api-key']).toBe(secret);
  });

  it('asks a model without a key as the processes do, and says when it wants one', async () => {
    const model = await startStubServer({
      'GET /v1/models?limit=1': [json(200, { data: [] }), json(401, {})],
    });
    const said: unknown[] = [];
    for (let time = 0; time < 2; time += 1) {
      const { found } = await examine({
        ...(await server()),
        environment: { ANTHROPIC_BASE_URL: model.url },
      });
      said.push(found.get('model'));
    }
    expect(said).toMatchObject([{ state: 'ok' }, { state: 'problem', remedy: 'Set ANTHROPIC_API_KEY.' }]);
    expect(model.requests[0]?.headers).toMatchObject({ 'x-api-key': 'none', authorization: 'Bearer none' });
  });
});
