import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

const digest = (key: string): string => createHash('sha256').update(key).digest('hex');
const origin = 'https://app.example.com';
const board = '/admin/queues';
const basic = (login: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(login).toString('base64')}`,
});

const baton = useBaton({
  workers: 0,
  orchestrator: {
    BATON_API_KEYS: `acme:${digest('operator')},acme:${digest('reader')}:read`,
    CORS_ORIGINS: origin,
    DASHBOARD_USER: 'admin',
    DASHBOARD_PASSWORD: 'secret',
    DASHBOARD_READ_ONLY: 'false',
  },
});

describe('every reply', () => {
  test.for([
    ['GET', '/livez'],
    ['GET', '/openapi.json'],
    ['GET', '/v1/goals'],
    ['GET', '/nothing'],
    ['POST', '/v1/goals'],
  ] as const)('of %s %s tells browsers to do nothing with it', async ([method, path]) => {
    const { headers } = await baton.api.fetch(method, path);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  test.for([board, '/docs'])('of the page %s keeps to what this server serves', async (path) => {
    const response = await baton.api.fetch('GET', path, { headers: basic('admin:secret') });
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:|\*/);
    // What the policy would stop would be missing from the page.
    const inline = [...(await response.text()).matchAll(/<script\b([^>]*)>/g)].map(
      ([, attributes]) => attributes,
    );
    for (const script of inline) expect(script).toMatch(/\bsrc=|application\/json/);
  });
});

describe('a page of another origin', () => {
  const preflight = (from: string) => ({
    headers: { origin: from, 'access-control-request-method': 'POST' },
  });

  test('that is allowed may ask, and read the answer', async () => {
    const asked = await baton.api.fetch('OPTIONS', '/v1/goals', preflight(origin));
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    const refused = await baton.api.fetch('GET', '/v1/goals', { headers: { origin } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, origin]);
  });

  test('that is not is told nothing', async () => {
    for (const path of ['/v1/goals', '/openapi.json', board]) {
      const { status, headers } = await baton.api.fetch('OPTIONS', path, preflight('https://evil.example'));
      expect(status).toBeGreaterThanOrEqual(400);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  test('can not use the login of the dashboard', async () => {
    const headers = { ...basic('admin:secret'), 'sec-fetch-site': 'cross-site' };
    expect((await baton.api.fetch('PUT', `${board}/api/queues/goals/pause`, { headers })).status).toBe(403);
    expect(await baton.redis.hexists(`{${baton.prefix}}:queue:goals:meta`, 'paused')).toBe(0);
  });
});

describe('a compressed body', () => {
  const fast = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  const pack = {
    gzip: (text: string) => gzipSync(text),
    deflate: (text: string) => deflateSync(text),
    br: (text: string) => brotliCompressSync(text, fast),
  };
  const bomb = JSON.stringify({ goal: 'x'.repeat(32 * 1_048_576) });
  const deep = `{"goal":"x","context":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
  const wide = `{"goal":"x","context":{${Array.from({ length: 30_000 }, (_, n) => `"f${n}":0`).join(',')}}}`;

  test.for(Object.keys(pack) as (keyof typeof pack)[])(
    'is read no further than a plain one, packed with %s',
    async (encoding) => {
      for (const [text, status] of [
        [bomb, 413],
        [deep, 400],
        [wide, 413],
      ] as const) {
        const response = await baton.api.withKey('operator').fetch('POST', '/v1/goals', {
          text: new Uint8Array(pack[encoding](text)),
          headers: { 'content-type': 'application/json', 'content-encoding': encoding },
        });
        expect(response.status).toBe(status);
      }
    },
  );

  test('is not packed twice', async () => {
    await baton.api.withKey('operator').problem('POST', '/v1/goals', 415, {
      text: new Uint8Array(gzipSync(gzipSync(bomb))),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip, gzip' },
    });
  });
});

interface AuditLine {
  readonly action: string;
  readonly status: number;
  readonly keyId: string | null;
  readonly tenant: string | null;
  readonly goalId: string | null;
  readonly from: string;
}

function auditLines(): AuditLine[] {
  const lines = baton.orchestrator.output().split('\n');
  return lines.filter((line) => line.includes('"audit":true')).map((line) => JSON.parse(line) as AuditLine);
}

describe('what an operator does, or is kept from doing, is in the log', () => {
  const keyId = digest('operator').slice(0, 12);

  test('over the API', async () => {
    const operator = baton.api.withKey('operator');
    const { id } = await operator.submit({ goal: 'To be cancelled.', plan: plan(task('a')) });
    for (const [api, step, goal] of [
      [baton.api, 'cancel', id],
      [baton.api.withKey('reader'), 'cancel', id],
      [operator, 'cancel', 'goal_unknown'],
      [operator, 'approve', id],
      [operator, 'reject', id],
      [operator, 'cancel', id],
      [operator, 'cancel', id],
      [operator, 'retry', id],
    ] as const) {
      await api.fetch('POST', `/v1/goals/${goal}/${step}`);
    }
    const malformed = { text: '{"broken', headers: { 'content-type': 'application/json' } };
    await operator.fetch('POST', `/v1/goals/${id}/approve`, malformed);
    const told = await until('all is in the log', () => {
      const lines = auditLines().filter(({ action }) => !action.startsWith('dashboard'));
      return lines.length >= 9 && lines;
    });
    const who = { tenant: 'acme', keyId };
    expect(told).toEqual(
      [
        { action: 'cancel', status: 401, tenant: null, keyId: null, goalId: id },
        { action: 'cancel', status: 403, tenant: 'acme', keyId: digest('reader').slice(0, 12), goalId: id },
        { action: 'cancel', status: 404, ...who, goalId: 'goal_unknown' },
        { action: 'approve', status: 409, ...who, goalId: id },
        { action: 'reject', status: 409, ...who, goalId: id },
        { action: 'cancel', status: 202, ...who, goalId: id },
        { action: 'cancel', status: 409, ...who, goalId: id },
        { action: 'retry', status: 202, ...who, goalId: id },
        { action: 'approve', status: 400, ...who, goalId: id },
      ].map((line) => expect.objectContaining({ ...line, from: '127.0.0.1' })),
    );
  });

  test('over the dashboard', async () => {
    const pause = `${board}/api/queues/tasks.coder/pause`;
    const before = auditLines().length;
    for (const headers of [{}, basic('admin:wrong'), basic('admin:secret')]) {
      await baton.api.fetch('PUT', pause, { headers });
    }
    await baton.api.fetch('GET', `${board}/api/queues`, { headers: basic('admin:secret') });
    const told = await until('all is in the log', () => {
      const lines = auditLines().slice(before);
      return lines.length >= 3 && lines;
    });
    const action = 'dashboard PUT /api/queues/tasks.coder/pause';
    expect(told).toEqual([
      expect.objectContaining({ action, status: 401, keyId: null }),
      expect.objectContaining({ action, status: 401, keyId: null }),
      expect.objectContaining({ action, status: 200, keyId: 'dashboard:admin' }),
    ]);
  });
});
