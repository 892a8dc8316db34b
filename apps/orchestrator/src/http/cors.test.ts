import express from 'express';
import { describe, expect, it } from 'vitest';
import { createLogger } from '@baton/shared/telemetry/logger';
import { allowOrigins } from './cors.ts';
import { methodNotAllowed, problemHandler } from './problem.ts';
import { serve } from './testing/serve.ts';

const ours = 'https://app.example.com';

function appFor(origins: readonly string[]): Promise<string> {
  const app = express();
  app.use(allowOrigins(origins));
  app
    .route('/')
    .get((_request, response) => void response.end())
    .all(methodNotAllowed('GET'));
  app.use(problemHandler(createLogger('test', 'silent')));
  return serve(app);
}

function preflight(origin: string): RequestInit {
  return {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,idempotency-key',
    },
  };
}

const ofCors = (headers: Headers): string[] =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

describe('CORS', () => {
  it('answers the preflight of an allowed origin', async () => {
    const response = await fetch(await appFor([ours]), preflight(ours));
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(ours);
    expect(response.headers.get('access-control-allow-methods')).toBe('GET,HEAD,POST');
    expect(response.headers.get('access-control-allow-headers')?.toLowerCase().split(',').sort()).toEqual([
      'accept',
      'authorization',
      'content-type',
      'idempotency-key',
      'last-event-id',
      'prefer',
      'traceparent',
      'tracestate',
    ]);
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(response.headers.get('vary')).toContain('Origin');
  });

  it('lets a page of an allowed origin read the reply, a refusal too', async () => {
    const url = await appFor([ours]);
    for (const method of ['GET', 'POST']) {
      const { headers } = await fetch(url, { method, headers: { origin: ours } });
      expect(headers.get('access-control-allow-origin')).toBe(ours);
      expect(headers.get('access-control-expose-headers')?.toLowerCase().split(',').sort()).toEqual([
        'baton-simulated',
        'date',
        'idempotency-replayed',
        'location',
        'preference-applied',
        'ratelimit',
        'ratelimit-policy',
        'retry-after',
        'traceresponse',
      ]);
    }
  });

  it.each([
    ['a foreign origin', [ours], 'https://evil.example'],
    ['an origin that begins like an allowed one', [ours], `${ours}.evil.example`],
    ['the allowed origin over HTTP', [ours], 'http://app.example.com'],
    ['a file', [ours], 'null'],
    ['any origin, when none is allowed', [], ours],
  ])('keeps the reply from %s', async (_what, origins, origin) => {
    const url = await appFor(origins);
    const refused = await fetch(url, preflight(origin));
    expect(refused.status).toBe(405);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(ofCors(refused.headers)).toEqual([]);
    expect(ofCors((await fetch(url, { headers: { origin } })).headers)).toEqual([]);
  });

  it('takes an OPTIONS that is no preflight for any other request', async () => {
    const response = await fetch(await appFor([ours]), { method: 'OPTIONS', headers: { origin: ours } });
    expect(response.status).toBe(405);
  });
});
