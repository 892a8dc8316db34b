/** One goal is one trace, whoever works on it; every secret and every text here holds the same word, which no export may hold. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { OtlpCollector, type CollectedSpan } from './otlp-collector.ts';
import { plan, type PlannedTask } from './plans.ts';
import { until } from './until.ts';
import { useWebhookReceiver } from './webhook-receiver.ts';

const WORD = 'canary';
const path = `/${WORD}?token=${WORD}`;
const key = `${WORD}-key-${'x'.repeat(20)}`;
const collector = await new OtlpCollector().start();
const receiver = useWebhookReceiver();
afterAll(() => collector.stop());

const baton = useBaton({
  workers: 2,
  environment: {
    ANTHROPIC_API_KEY: `${WORD}-anthropic`,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20collector',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    LOG_LEVEL: 'debug',
  },
  orchestrator: {
    BATON_API_KEYS: `acme:${createHash('sha256').update(key).digest('hex')}`,
    WEBHOOK_SECRET: `whsec_${WORD.repeat(6)}`,
    WEBHOOK_ALLOW_PRIVATE: 'true',
  },
});

function secret(id: string, dependencies: readonly string[] = [], worker = 'researcher'): PlannedTask {
  return { id, worker, description: `Find out the ${WORD} of ${id}.`, dependencies };
}

interface ClientSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceparent: string;
}

function clientSpan(flags = '01'): ClientSpan {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` };
}

async function submit(body: object, traceparent?: string): Promise<string> {
  const headers = { ...(traceparent !== undefined && { traceparent }) };
  const { id } = await baton.api
    .withKey(key)
    .json<{ id: string }>('POST', '/v1/goals', 202, { body, headers });
  return id;
}

const ended = (goalId: string): Promise<unknown> => baton.api.withKey(key).follow(goalId);

/** Those whose parent was never sent, but for the one that goes on from the client's own. */
function orphans(spans: readonly CollectedSpan[], client: string): string[] {
  const ids = new Set(spans.map(({ id }) => id));
  return spans.filter(({ parentId }) => parentId !== client && !ids.has(parentId)).map(({ name }) => name);
}

function namesOf(spans: readonly CollectedSpan[]): string[] {
  return spans.map(({ name }) => name).sort();
}

const mine = clientSpan();
const retrying = clientSpan();
const unsampled = clientSpan('00');
const direct = clientSpan();
const batch = clientSpan();
const malformed = `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`;
const ids = { dag: '', unsampled: '', malformed: '', direct: '', project: '', near: '' };

test('goals run, and all processes send what is left when they stop', async () => {
  const { api, emulator } = baton;
  const dag = `Traced: ${WORD}-dag`;
  await emulator.inject({
    match: { contains: dag, task: 'left' },
    fault: { kind: 'error', status: 529, type: 'overloaded_error', message: WORD },
  });
  await emulator.inject({
    match: { contains: dag, task: 'bad' },
    fault: { kind: 'error', status: 400, type: 'invalid_request_error', message: WORD },
  });
  ids.dag = await submit(
    {
      goal: dag,
      context: { secret: `${WORD}-context` },
      labels: { team: `${WORD}-label` },
      webhook: { url: receiver.url(path) },
      plan: plan(
        secret('top'),
        secret('left', ['top']),
        secret('right', ['top'], 'analyzer'),
        secret('end', ['left', 'right'], 'writer'),
        secret('bad'),
      ),
    },
    mine.traceparent,
  );
  ids.unsampled = await submit({ goal: 'Unsampled.', plan: plan(secret('one')) }, unsampled.traceparent);
  ids.malformed = await submit({ goal: 'Malformed.', plan: plan(secret('one')) }, malformed);
  ids.direct = await submit({ goal: `Plan a weekend trip to ${WORD}.` }, direct.traceparent);
  const { items } = await api
    .withKey(key)
    .json<{ items: { goal: { id: string } }[] }>('POST', '/v1/goals/batch', 207, {
      body: {
        goals: [
          { goal: `Project ${WORD}.`, plan: plan(secret('project', [], 'orchestrator'), secret('near')) },
          { goal: `Near ${WORD}.`, plan: plan(secret('near')) },
        ],
      },
      headers: { traceparent: batch.traceparent },
    });
  ids.project = items[0]?.goal.id ?? '';
  ids.near = items[1]?.goal.id ?? '';
  await Promise.all(Object.values(ids).map(ended));
  await api.withKey(key).json('POST', `/v1/goals/${ids.dag}/retry`, 202, {
    headers: { traceparent: retrying.traceparent },
  });
  await ended(ids.dag);
  await until('both ends were delivered', async () => receiver.at(path).length >= 2);
  const programs = [baton.orchestrator, ...baton.workers];
  for (const program of programs) program.signal('SIGTERM');
  expect(await Promise.all(programs.map((program) => program.exit()))).toEqual([0, 0, 0]);
  expect(collector.keys).toEqual(['Bearer collector']);
});

test('a goal is one trace, which goes on from the client', () => {
  const spans = collector.spans(mine.traceId);
  expect(orphans(spans, mine.spanId)).toEqual([]);
  const first = spans.filter(({ parentId }) => parentId === mine.spanId);
  expect(namesOf(first)).toEqual(['POST /v1/goals']);
  expect(first[0]).toMatchObject({
    kind: 2,
    service: 'baton-orchestrator',
    attributes: { 'http.route': '/v1/goals', 'http.response.status_code': 202 },
  });
  const accepted = spans.find(({ name }) => name === 'accept goal');
  const parts = spans.filter(({ parentId }) => parentId === accepted?.id);
  expect(new Set(namesOf(parts))).toEqual(
    new Set([
      'deliver webhook',
      'goal',
      'link',
      'plan goal',
      'settle',
      'synthesise goal',
      'task analyzer',
      'task researcher',
      'task writer',
    ]),
  );
  const tasks = parts.filter(({ name }) => name.startsWith('task '));
  expect(tasks.map(({ attributes }) => String(attributes['baton.task.id'])).sort()).toEqual([
    'bad',
    'bad',
    'end',
    'left',
    'right',
    'top',
  ]);
  expect(new Set(tasks.map(({ service }) => service))).toEqual(new Set(['baton-worker']));
  for (const { attributes } of parts) expect(attributes['baton.goal.id']).toBe(ids.dag);
  const goals = parts.filter(({ name }) => name === 'goal');
  expect(goals.map(({ attributes }) => attributes['baton.goal.status'])).toEqual([
    'partially_succeeded',
    'succeeded',
  ]);
});

test('tasks link to those that they have waited for, through settle and link jobs too', () => {
  const tasks = new Map(
    collector
      .spans(mine.traceId)
      .filter(({ name }) => name.startsWith('task '))
      .map((span) => [span.attributes['baton.task.id'], span]),
  );
  const idOf = (task: string): string | undefined => tasks.get(task)?.id;
  expect(tasks.get('left')?.links).toEqual([idOf('top')]);
  expect(tasks.get('right')?.links).toEqual([idOf('top')]);
  expect(tasks.get('end')?.links).toHaveLength(2);
  expect(new Set(tasks.get('end')?.links)).toEqual(new Set([idOf('left'), idOf('right')]));
});

test('a retry goes on in the trace of its goal, linked both ways with the request', () => {
  const [request, ...others] = collector.spans(retrying.traceId);
  expect(others).toEqual([]);
  expect(request).toMatchObject({ name: 'POST /v1/goals/:goalId/retry', parentId: retrying.spanId });
  const spans = collector.spans(mine.traceId);
  const accepted = spans.find(({ name }) => name === 'accept goal');
  expect(request?.links).toEqual([accepted?.id]);
  const again = spans.filter(({ name, links }) => name === 'plan goal' && links.length > 0);
  expect(again.map(({ links }) => links)).toEqual([[request?.id]]);
});

test('calls of models are told by the conventions, and what happened to them', () => {
  const spans = collector.spans(mine.traceId);
  const taskOf = new Map(spans.map((span) => [span.id, span]));
  const calls = spans.filter(({ name }) => name.startsWith('chat '));
  expect(calls.filter(({ attributes }) => attributes['baton.task.id'] === undefined)).toHaveLength(2);
  for (const { name, kind, attributes, parentId } of calls) {
    expect(kind).toBe(3);
    expect(attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.stream': true,
      'gen_ai.conversation.id': ids.dag,
      'server.address': '127.0.0.1',
      'server.port': expect.any(Number),
    });
    expect(name).toBe(`chat ${String(attributes['gen_ai.request.model'])}`);
    expect(taskOf.get(parentId)?.name).toMatch(/^(task|synthesise) /);
  }
  const left = calls.find(({ attributes }) => attributes['baton.task.id'] === 'left');
  const sent = left?.events.filter(({ name }) => name.startsWith('baton.model.')) ?? [];
  expect(sent.map(({ name }) => name)).toEqual([
    'baton.model.request',
    'baton.model.retry',
    'baton.model.request',
  ]);
  expect(sent[1]?.attributes['error.type']).toBe('overloaded_error');
  expect(left?.attributes).toMatchObject({
    'gen_ai.response.finish_reasons': ['end_turn'],
    'gen_ai.usage.input_tokens': expect.any(Number),
    'gen_ai.usage.output_tokens': expect.any(Number),
    'gen_ai.response.time_to_first_chunk': expect.any(Number),
    'baton.simulated': true,
  });
  const bad = calls.find(({ attributes }) => attributes['baton.task.id'] === 'bad');
  expect(bad).toMatchObject({ isFailed: true, attributes: { 'error.type': 'invalid_request_error' } });
});

test('a goal that Baton plans is planned in its trace', () => {
  const spans = collector.spans(direct.traceId);
  expect(orphans(spans, direct.spanId)).toEqual([]);
  const planning = spans.find(({ name }) => name === 'plan goal');
  const within = spans.filter(({ parentId }) => parentId === planning?.id).map(({ name }) => name);
  expect(within).toContain('submit flow');
  expect(within.some((name) => name.startsWith('chat '))).toBe(true);
});

test('goals of a batch have a branch each, and sub-goals are below the task that they carry out', () => {
  const spans = collector.spans(batch.traceId);
  expect(orphans(spans, batch.spanId)).toEqual([]);
  const parentOf = ({ parentId }: CollectedSpan) => spans.find(({ id }) => id === parentId);
  const accepted = spans.filter(({ name }) => name === 'accept goal');
  const above = (span: CollectedSpan): unknown => [parentOf(span)?.name, span.attributes['baton.goal.id']];
  expect(accepted.map(above)).toEqual(
    expect.arrayContaining([
      ['POST /v1/goals/batch', ids.project],
      ['POST /v1/goals/batch', ids.near],
      ['task orchestrator', expect.stringMatching(/^goal_/)],
    ]),
  );
  expect(accepted).toHaveLength(3);
  const subGoal = accepted.find((span) => parentOf(span)?.name === 'task orchestrator');
  const below = spans.filter(({ parentId }) => parentId === subGoal?.id).map(({ name }) => name);
  for (const name of ['plan goal', 'synthesise goal', 'goal']) expect(below).toContain(name);
  // Looks that found it still going on left none.
  const looks = spans.filter(({ name }) => name === 'task orchestrator');
  expect(looks.length).toBeLessThanOrEqual(3);
});

test('what the client does not sample is not sent, and a malformed traceparent counts as none', () => {
  expect(collector.spans(unsampled.traceId)).toEqual([]);
  const all = collector.spans();
  expect(all.filter(({ attributes }) => attributes['baton.goal.id'] === ids.unsampled)).toEqual([]);
  const own = all.find(({ attributes }) => attributes['baton.goal.id'] === ids.malformed);
  const spans = collector.spans(own?.traceId);
  expect(own?.traceId).not.toBe('0'.repeat(32));
  expect(orphans(spans, '')).toEqual([]);
  expect(namesOf(spans)).toContain('synthesise goal');
});

test('log lines name the trace', () => {
  const lines = baton.log().split('\n');
  const about = lines.filter((line) => line.includes(`"traceId":"${mine.traceId}"`));
  expect(about.some((line) => line.includes('goal ended'))).toBe(true);
});

test('every span, attribute and event is documented', () => {
  const documented = readFileSync(new URL('../docs/tracing.md', import.meta.url), 'utf8');
  const named = new Set([...documented.matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name));
  const told = collector
    .spans()
    .flatMap(({ name, kind, attributes, events }) => [
      ...(kind === 2 ? [] : [name.replace(/^(task|chat|execute_tool) .*/, '$1')]),
      ...Object.keys(attributes),
      ...events.flatMap((event) => [event.name, ...Object.keys(event.attributes)]),
    ]);
  for (const kind of ['task <worker type>', 'execute_tool <tool>']) expect(named).toContain(kind);
  named.add('task');
  expect([...new Set(told)].filter((name) => !named.has(name))).toEqual([]);
});

test('no text and no secret is exported', () => {
  expect(collector.raw.length).toBeGreaterThan(1_000);
  expect(collector.raw.toLowerCase()).not.toContain(WORD);
});
