import express from 'express';
import { describe, expect, it } from 'vitest';
import { createLogger } from '@baton/shared/telemetry/logger';
import { problemHandler } from './problem.ts';
import { limitRate, type RateLimit } from './rate-limit.ts';
import { serve } from './testing/serve.ts';

/** Counts as Redis would; knows a script once it was sent with EVAL. */
function countingStore() {
  const counts = new Map<string, number>();
  const sent: string[][] = [];
  let knowsScript = false;
  const send: RateLimit['send'] = async (command) => {
    sent.push([...command]);
    const [name, , , key = ''] = command;
    if (name === 'EVALSHA' && !knowsScript) throw new Error('NOSCRIPT No matching script. Please use EVAL.');
    knowsScript = true;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return [counts.get(key), 30_000];
  };
  return { counts, sent, send };
}

function appWith(send: RateLimit['send'], perMinute = 2): Promise<string> {
  const app = express();
  app.use((request, response, next) => {
    response.locals['caller'] = { tenant: 'acme', scopes: [], keyId: request.get('x-key') ?? 'aaaaaaaaaaaa' };
    next();
  });
  app.use(limitRate({ perMinute, send, keyPrefix: '{baton}:rate:' }));
  app.get('/', (_request, response) => void response.end());
  app.use(problemHandler(createLogger('test', 'silent')));
  return serve(app);
}

describe('the rate of requests', () => {
  it('is told in headers, and refused with 429 and when to come again', async () => {
    const { send, counts } = countingStore();
    const url = await appWith(send);
    const first = await fetch(url);
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit')).toBe('"requests"; r=1; t=30');
    expect(first.headers.get('ratelimit-policy')).toMatch(/^"requests"; q=2; w=60; pk=:\S+:$/);
    await fetch(url);
    const refused = await fetch(url);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(refused.headers.get('ratelimit')).toBe('"requests"; r=0; t=30');
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused.json()).toMatchObject({ status: 429, type: 'urn:baton:problem:rate_limited' });
    expect([...counts.keys()]).toEqual(['{baton}:rate:aaaaaaaaaaaa']);
  });

  it("of one key does not touch another's", async () => {
    const url = await appWith(countingStore().send, 1);
    await fetch(url);
    expect((await fetch(url)).status).toBe(429);
    expect((await fetch(url, { headers: { 'x-key': 'bbbbbbbbbbbb' } })).status).toBe(200);
  });

  it('is counted with one short command, once Redis knows the script', async () => {
    const { send, sent } = countingStore();
    const url = await appWith(send, 9);
    for (let request = 0; request < 3; request += 1) await fetch(url);
    expect(sent.map(([name]) => name)).toEqual(['EVALSHA', 'EVAL', 'EVALSHA', 'EVALSHA']);
  });

  it('passes when it can not be counted', async () => {
    const url = await appWith(() => Promise.reject(new Error('Connection is closed.')), 1);
    for (let request = 0; request < 3; request += 1) expect((await fetch(url)).status).toBe(200);
  });

  it('passes when no answer comes, and for a while nobody waits for one', async () => {
    let asked = 0;
    const url = await appWith(() => {
      asked += 1;
      return new Promise(() => undefined);
    });
    const started = performance.now();
    for (let request = 0; request < 5; request += 1) expect((await fetch(url)).status).toBe(200);
    expect(asked).toBe(1);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
