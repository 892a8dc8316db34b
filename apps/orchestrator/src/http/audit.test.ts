import express, { Router, type RequestHandler } from 'express';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { keyIdOf } from '@baton/shared/settings/api-keys';
import { createLogger, type LogLevel } from '@baton/shared/telemetry/logger';
import { auditOperators, auditTrail, type AuditEntry } from './audit.ts';
import { authenticate, requireScope } from './authenticate.ts';
import { ProblemError, problemHandler } from './problem.ts';
import { apiKey, bearer } from './testing/keys.ts';
import { serve } from './testing/serve.ts';

const operator = apiKey('acme', 'operator', ['operate']);
const reader = apiKey('acme', 'reader', ['read']);
let entries: AuditEntry[] = [];
beforeEach(() => {
  entries = [];
});

const answer: RequestHandler<{ goalId: string }> = (request, response) => {
  const { goalId } = request.params;
  if (goalId === 'goal_gone') throw new ProblemError('not_found', 'no');
  if (goalId === 'goal_ended') throw new ProblemError('conflict', 'no');
  response.status(202).end();
};

function app(): Promise<string> {
  const router = Router();
  router.route('/goals/:goalId/cancel').post(requireScope('operate'), answer);
  router.route('/keys').delete(requireScope('admin'), answer);
  router.route('/goals/:goalId').get(requireScope('read'), answer);
  const server = express();
  server.use(
    '/v1',
    auditOperators([router], (entry) => entries.push(entry)),
  );
  server.use('/v1', authenticate([operator, reader]), router);
  server.use(problemHandler(createLogger('test', 'silent')));
  return serve(server);
}

async function entryFor(method: string, path: string, headers: Record<string, string>): Promise<AuditEntry> {
  await fetch((await app()) + path, { method, headers });
  return vi.waitFor(() => {
    const [entry, ...more] = entries;
    if (!entry) throw new Error('Nothing was told.');
    expect(more).toEqual([]);
    return entry;
  });
}

const known = { tenant: 'acme', from: '127.0.0.1', action: 'cancel' };

describe("an operator's action", () => {
  it.each([
    ['goal_1', 202],
    ['goal_gone', 404],
    ['goal_ended', 409],
  ])('is told of with what it came to: %s, %d', async (goalId, status) => {
    expect(await entryFor('POST', `/v1/goals/${goalId}/cancel`, bearer('operator'))).toEqual({
      ...known,
      keyId: keyIdOf(operator),
      goalId,
      status,
    });
  });

  it('is told of when its key may not', async () => {
    const entry = await entryFor('POST', '/v1/goals/goal_1/cancel', bearer('reader'));
    expect(entry).toEqual({ ...known, keyId: keyIdOf(reader), goalId: 'goal_1', status: 403 });
  });

  it('is told of when nobody knows its key', async () => {
    const entry = await entryFor('POST', '/v1/goals/goal_1/cancel', bearer('stolen'));
    expect(entry).toEqual({ ...known, tenant: null, keyId: null, goalId: 'goal_1', status: 401 });
  });

  it('never tells what is no id of a goal', async () => {
    expect(await entryFor('POST', '/v1/goals/secret/cancel', bearer('operator'))).toMatchObject({
      goalId: null,
    });
  });

  it('is whatever asks for the scope of an operator', async () => {
    expect(await entryFor('DELETE', '/v1/keys', bearer('operator'))).toMatchObject({
      action: 'keys',
      status: 403,
    });
  });

  it('is nothing else, and an address that can not be read is refused as ever', async () => {
    const url = await app();
    const get = async (path: string, method = 'GET'): Promise<number> =>
      (await fetch(url + path, { method, headers: bearer('operator') })).status;
    expect(await get('/v1/goals/goal_1')).toBe(403);
    expect(await get('/v1/goals/goal_1/cancel')).toBe(404);
    expect(await get('/v1/goals/%zz/cancel', 'POST')).toBe(400);
    await entryFor('POST', '/v1/goals/goal_1/cancel', bearer('operator'));
  });
});

describe('the audit trail', () => {
  const entry = { ...known, keyId: null, goalId: 'goal_1', status: 404 };

  function linesAt(level: LogLevel): unknown[] {
    const lines: unknown[] = [];
    const logger = createLogger('test', level, { write: (line) => lines.push(JSON.parse(line)) });
    logger.info('not of the trail');
    auditTrail(logger)(entry);
    return lines;
  }

  it.each(['warn', 'error', 'fatal'] as const)('is written at %s too', (level) => {
    expect(linesAt(level)).toEqual([
      expect.objectContaining({ ...entry, audit: true, level: 30, msg: 'operator action' }),
    ]);
  });

  it('is not when nothing is', () => {
    expect(linesAt('silent')).toEqual([]);
  });
});
