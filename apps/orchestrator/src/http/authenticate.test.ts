import { connect } from 'node:net';
import express, { type Request, type Response } from 'express';
import { describe, expect, it } from 'vitest';
import { keyIdOf } from '@baton/shared/settings/api-keys';
import { createLogger } from '@baton/shared/telemetry/logger';
import { authenticate, callerOf, refuseForeignHosts, requireScope } from './authenticate.ts';
import { ProblemError, problemHandler } from './problem.ts';
import { apiKey, bearer } from './testing/keys.ts';
import { serve } from './testing/serve.ts';
import { wrongCredentials } from './wrong-credentials.ts';

const key = apiKey('acme', 'acme-key', ['read']);
const admin = apiKey('umbrella', 'umbrella-key', ['admin']);

function isServed(keys: (typeof key)[], hostname: string): boolean {
  let served = false;
  try {
    void refuseForeignHosts(keys)({ hostname } as Request, {} as Response, () => (served = true));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
  return served;
}

describe('a server without keys', () => {
  it.each(['localhost', '127.0.0.1', '[::1]'])('answers under %s', (hostname) => {
    expect(isServed([], hostname)).toBe(true);
  });

  it.each(['evil.example', 'localhost.evil.example', ''])('does not answer under "%s"', (hostname) => {
    expect(isServed([], hostname)).toBe(false);
    expect(isServed([key], hostname)).toBe(true);
  });
});

function appWith(keys = [key, admin], mostWrong = 1_000): Promise<string> {
  const app = express();
  app.use(authenticate(keys, wrongCredentials({ most: mostWrong })));
  app.get('/caller', (_request, response) => void response.json(callerOf(response)));
  app.get('/operate', requireScope('operate'), (_request, response) => void response.end());
  app.use(problemHandler(createLogger('test', 'silent')));
  return serve(app);
}

async function statusOf(url: string, authorization: string): Promise<number> {
  return (await fetch(`${url}/caller`, { headers: { authorization } })).status;
}

/** The status of a request with these lines in its head. */
async function rawStatus(url: string, lines: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(`GET /caller HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines.join('\r\n')}\r\n\r\n`);
  let answer = '';
  for await (const bytes of socket) answer += String(bytes);
  return answer.slice(9, 12);
}

describe('a key', () => {
  it('names its tenant and itself, and nothing more of it is kept', async () => {
    const response = await fetch(`${await appWith()}/caller`, { headers: bearer('acme-key') });
    expect(await response.json()).toEqual({ tenant: 'acme', scopes: ['read'], keyId: keyIdOf(key) });
    expect(keyIdOf(key)).toMatch(/^[0-9a-f]{12}$/);
  });

  it('may do what its scopes say, and everything with admin', async () => {
    const url = await appWith();
    const status = async (name: string): Promise<number> =>
      (await fetch(`${url}/operate`, { headers: bearer(name) })).status;
    expect(await status('acme-key')).toBe(403);
    expect(await status('umbrella-key')).toBe(200);
  });

  it.each([
    ['Bearer acme-key', 200],
    ['bearer   acme-key', 200],
    ['Bearer', 401],
    ['Bearer acme-key acme-key', 401],
    ['Bearer acme-key,', 401],
    ['Basic YWNtZS1rZXk=', 401],
    ['acme-key', 401],
    ['Bearer"acme-key"', 401],
    [`Bearer ${key.sha256}`, 401],
  ])('is read from "%.40s": %d', async (authorization, status) => {
    expect(await statusOf(await appWith(), authorization)).toBe(status);
  });

  it('has at most 512 characters', async () => {
    const [long, longer] = ['x'.repeat(512), 'x'.repeat(513)];
    const url = await appWith([apiKey('acme', long), apiKey('acme', longer)]);
    expect(await statusOf(url, `Bearer ${long}`)).toBe(200);
    expect(await statusOf(url, `Bearer ${longer}`)).toBe(401);
  });

  it('is refused when two headers name one, in whatever order', async () => {
    const url = await appWith();
    const [right, wrong] = ['authorization: Bearer acme-key', 'authorization: Bearer x'];
    expect(await rawStatus(url, [right])).toBe('200');
    expect(await rawStatus(url, [right, wrong])).toBe('401');
    expect(await rawStatus(url, [wrong, right])).toBe('401');
    expect(await rawStatus(url, [right, right])).toBe('401');
  });

  it('is not looked for where there are none', async () => {
    const response = await fetch(`${await appWith([])}/caller`, { headers: bearer('whatever') });
    expect(await response.json()).toMatchObject({ tenant: 'default', keyId: 'open' });
  });

  it('can not be guessed at leisure, and who had the right one goes on', async () => {
    const url = await appWith([key, admin], 3);
    expect(await statusOf(url, 'Bearer acme-key')).toBe(200);
    for (let guess = 0; guess < 3; guess += 1) expect(await statusOf(url, `Bearer guess-${guess}`)).toBe(401);
    const refused = await fetch(`${url}/caller`, { headers: bearer('one-more-guess') });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    for (const right of ['acme-key', 'umbrella-key'])
      expect(await statusOf(url, `Bearer ${right}`)).toBe(200);
  });
});
