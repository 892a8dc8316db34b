import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AuditEntry } from '../http/audit.ts';
import { problemHandler } from '../http/problem.ts';
import { createLogger } from '@baton/shared/telemetry/logger';
import { dashboardAccess, roleOf, type Access } from './access.ts';
import { dashboardLoginsOf } from './logins.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const logins = [
  { name: 'anna', sha256: sha256('one:two'), role: 'operator' },
  { name: 'ben', sha256: sha256('three'), role: 'viewer' },
] as const;

interface Guarded {
  readonly audited: readonly AuditEntry[];
  ask(
    method: string,
    login?: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; text: string }>;
}

/** Answers whoever comes past the guard with its role. */
async function guarded(access: Omit<Access, 'audit'>): Promise<Guarded> {
  const audited: AuditEntry[] = [];
  const app = express();
  app.use(
    '/admin',
    ...dashboardAccess({ ...access, audit: (entry) => audited.push(entry) }),
    (_request, response) => {
      response.send(roleOf(response));
    },
  );
  app.use(problemHandler(createLogger('test', 'silent')));
  const server = app.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    audited,
    async ask(method, login, headers = {}) {
      const authorization = login && { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
      const url = `http://127.0.0.1:${port}/admin/queues/api/queues/goals/pause`;
      const response = await fetch(url, { method, headers: { ...authorization, ...headers } });
      return { status: response.status, text: await response.text() };
    },
  };
}

describe('the dashboard lets in', () => {
  test('logins by their names and passwords, each with its role', async () => {
    const { ask } = await guarded({ logins, openRole: 'operator' });
    expect(await ask('GET', 'anna:one:two')).toEqual({ status: 200, text: 'operator' });
    expect(await ask('GET', 'ben:three')).toEqual({ status: 200, text: 'viewer' });
    for (const wrong of [undefined, 'anna:three', 'ben:one:two', 'anna:one', 'cy:three', 'anna', ':', ''])
      expect((await ask('GET', wrong)).status).toBe(401);
  });

  test('everybody where there are no logins, with the role that is theirs', async () => {
    const viewers = await guarded({ logins: null, openRole: 'viewer' });
    expect((await viewers.ask('GET')).text).toBe('viewer');
    expect((await viewers.ask('PUT')).status).toBe(403);
    const operators = await guarded({ logins: null, openRole: 'operator' });
    expect(await operators.ask('PUT')).toEqual({ status: 200, text: 'operator' });
    expect(operators.audited).toEqual([expect.objectContaining({ keyId: 'open', status: 200 })]);
  });

  test('nobody who has guessed too often, but those who were right from there before', async () => {
    const { ask } = await guarded({ logins, openRole: 'viewer' });
    await ask('GET', 'anna:one:two');
    for (let guess = 0; guess < 30; guess += 1) await ask('GET', `ben:${guess}`);
    expect((await ask('GET', 'ben:three')).status).toBe(429);
    expect((await ask('GET', 'anna:one:two')).status).toBe(200);
  });
});

test('each attempt to change something is told, with who made it and what came of it', async () => {
  const { ask, audited } = await guarded({ logins, openRole: 'viewer' });
  await ask('GET', 'anna:one:two');
  await ask('PUT', 'anna:wrong');
  await ask('PUT', 'ben:three');
  await ask('PUT', 'anna:one:two', { 'sec-fetch-site': 'cross-site' });
  await ask('PUT', 'anna:one:two');
  const action = 'dashboard PUT /api/queues/goals/pause';
  expect(audited).toEqual(
    [
      { action, keyId: null, status: 401 },
      { action, keyId: 'dashboard:ben', status: 403 },
      { action, keyId: 'dashboard:anna', status: 403 },
      { action, keyId: 'dashboard:anna', status: 200 },
    ].map((entry) => expect.objectContaining(entry)),
  );
});

test('the login of DASHBOARD_USER has the role that DASHBOARD_READ_ONLY says', () => {
  const none = { DASHBOARD_USER: undefined, DASHBOARD_PASSWORD: undefined, DASHBOARD_LOGINS: undefined };
  expect(dashboardLoginsOf({ ...none, DASHBOARD_READ_ONLY: true })).toBeNull();
  const user = { DASHBOARD_USER: 'admin', DASHBOARD_PASSWORD: 'x', DASHBOARD_LOGINS: [...logins] };
  expect(dashboardLoginsOf({ ...user, DASHBOARD_READ_ONLY: true })).toEqual([
    ...logins,
    { name: 'admin', sha256: sha256('x'), role: 'viewer' },
  ]);
  expect(dashboardLoginsOf({ ...user, DASHBOARD_READ_ONLY: false })?.at(-1)?.role).toBe('operator');
});
