/** Whatever goes wrong, no log tells what Baton was trusted with: every secret here, and every text, holds the same word. */
import { createHash } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { programFor, useBaton } from './baton.ts';
import { fixture } from './fixtures.ts';
import { plan, task } from './plans.ts';
import type { Program } from './program.ts';
import { until } from './until.ts';

const WORD = 'canary';
const key = `${WORD}-key-${'x'.repeat(20)}`;
const webhookSecret = `whsec_${WORD.repeat(6)}`;
const shared = {
  ANTHROPIC_API_KEY: `${WORD}-anthropic`,
  MODEL_FAST_HEADERS: `x-api-key: ${WORD}-tier`,
  MODEL_STRONG_API_KEY: `${WORD}-strong`,
  MODEL_CHECK: 'warn',
  LOG_LEVEL: 'trace',
  ANTHROPIC_LOG: 'debug',
};

function withPassword(url: string): string {
  const address = new URL(url);
  address.password ||= `${WORD}-redis`;
  return address.href;
}

const baton = useBaton({
  environment: { ...shared, REDIS_URL: withPassword(inject('redisUrl')) },
  orchestrator: {
    BATON_API_KEYS: `acme:${createHash('sha256').update(key).digest('hex')}`,
    DASHBOARD_USER: 'admin',
    DASHBOARD_PASSWORD: `${WORD}-password`,
    WEBHOOK_SECRET: webhookSecret,
    WEBHOOK_ALLOW_PRIVATE: 'true',
  },
  worker: { BATON_WORKERS: fixture('leaking-workers.mjs'), WORKER_TYPES: 'researcher,leaking' },
});

/** Nobody listens there. */
const webhook = { url: `http://127.0.0.1:9/hooks/${WORD}-path?token=${WORD}-token` };

function goalRequest(name: string, ...tasks: Parameters<typeof plan>) {
  return {
    goal: `${name}: ${WORD}-goal`,
    context: { secret: `${WORD}-context` },
    labels: { team: `${WORD}-label` },
    webhook,
    ...(tasks.length > 0 && { plan: plan(...tasks) }),
  };
}

function tellsNothing(...programs: readonly Program[]): void {
  for (const program of programs) {
    const leaks = program
      .output()
      .split('\n')
      .filter((line) => line.toLowerCase().includes(WORD));
    expect(leaks, `lines of the ${program.name}`).toEqual([]);
  }
}

test('not when requests are refused', async () => {
  const { api } = baton;
  const json = { 'content-type': 'application/json' };
  const refused: [string, string, number, object][] = [
    ['POST', '/v1/goals', 400, { text: `{"goal":"${WORD}`, headers: json }],
    ['POST', '/v1/goals', 400, { body: { goal: `${WORD}-goal`, [`${WORD}Field`]: 1 } }],
    ['POST', '/v1/goals', 400, { body: { goal: `${WORD}-goal`, webhook: { url: `ftp://${WORD}` } } }],
    ['POST', '/v1/goals', 413, { text: WORD.repeat(400_000), headers: json }],
    ['POST', '/v1/goals', 415, { text: WORD, headers: { 'content-type': `text/${WORD}` } }],
    ['POST', '/v1/plans', 400, { body: { goal: '', context: WORD } }],
    ['GET', `/v1/goals?label.team=${WORD}&${WORD}=${WORD}`, 400, {}],
    ['GET', `/v1/goals/${WORD}`, 404, {}],
    ['GET', `/${WORD}?key=${WORD}`, 404, {}],
    ['POST', `/v1/goals/${WORD}/cancel`, 404, {}],
    ['POST', `/v1/goals/%${WORD}/cancel`, 400, {}],
  ];
  for (const [method, path, status, call] of refused) {
    await api.withKey(key).problem(method, path, status, call);
  }
  for (const authorization of [`Bearer ${WORD}-wrong`, `Basic ${WORD}`, `${WORD} ${WORD}`]) {
    await api.problem('POST', '/v1/goals/goal_1/cancel', 401, { headers: { authorization } });
  }
  const login = { authorization: `Basic ${Buffer.from(`admin:${WORD}`).toString('base64')}` };
  expect((await api.fetch('PUT', '/admin/queues/api/queues/goals/pause', { headers: login })).status).toBe(
    401,
  );
  tellsNothing(baton.orchestrator);
});

test('not when models, workers and receivers fail', async () => {
  const api = baton.api.withKey(key);
  const echo = {
    kind: 'error',
    status: 400,
    type: 'invalid_request_error',
    message: `${WORD}-prompt`,
  } as const;
  await baton.emulator.inject(
    { match: { role: 'planner', contains: 'Planner echoes' }, fault: echo },
    {
      match: { role: 'planner', contains: 'No plan' },
      fault: { kind: 'text', text: `${WORD}-answer` },
      times: 3,
    },
    { match: { role: 'task', contains: 'Worker echoes' }, fault: echo },
    { match: { role: 'task', contains: 'Odd answer' }, fault: { kind: 'text', text: `${WORD}-answer` } },
    { match: { role: 'task', contains: 'Broken answer' }, fault: { kind: 'malformed' } },
    { match: { role: 'synthesiser', contains: 'Synthesiser echoes' }, fault: echo },
  );
  const goals = await Promise.all(
    [
      goalRequest('Planner echoes'),
      goalRequest('No plan'),
      goalRequest('Worker echoes', task('a')),
      goalRequest('Odd answer', task('a')),
      goalRequest('Broken answer', task('a')),
      goalRequest('Synthesiser echoes', task('a')),
      goalRequest('Worker throws', task('a', [], 'leaking')),
    ].map(async (request) => (await api.run(request)).goal),
  );
  expect(JSON.stringify(goals)).toContain(`no way to do Worker throws: ${WORD}-goal`);
  expect(goals.map(({ status }) => status)).toContain('failed');
  await baton.orchestrator.printed(/"host":"127.0.0.1:9".*webhook not delivered/);
  const [worker] = baton.workers;
  if (!worker) throw new Error('There is no worker.');
  await until('the worker has logged', () => worker.output().includes('"msg":"at work on %s","withheld":2'));
  tellsNothing(baton.orchestrator, ...baton.workers);
});

test('not when a worker dies of an error that nothing caught', async () => {
  const worker = await baton.startWorker({ WORKER_TYPES: 'crashing' });
  const { id } = await baton.api.withKey(key).submit(goalRequest('Crash', task('a', [], 'crashing')));
  expect(await worker.exit()).toBe(1);
  expect(worker.output()).toContain('leaking-workers.mjs');
  await baton.api.withKey(key).fetch('POST', `/v1/goals/${id}/cancel`);
  tellsNothing(worker, baton.orchestrator);
});

test.concurrent('not when Redis is away', async (context) => {
  const away = { ...shared, REDIS_URL: `redis://:${WORD}-redis@127.0.0.1:1`, PORT: '0' };
  const program = programFor(context, 'orchestrator', away);
  await program.printed(/connect ECONNREFUSED .*redis trouble/);
  tellsNothing(program);
});

test.concurrent('not when the settings are wrong', async (context) => {
  const program = programFor(context, 'orchestrator', {
    ...shared,
    REDIS_URL: `${WORD}://${WORD}`,
    ANTHROPIC_BASE_URL: `${WORD}://${WORD}`,
    BATON_API_KEYS: `acme:${WORD}`,
    DASHBOARD_PASSWORD: WORD,
    WEBHOOK_SECRET: `whsec_${WORD}!`,
  });
  expect(await program.exit()).toBe(78);
  tellsNothing(program);
});
