import { Anthropic, RateLimitError } from '@anthropic-ai/sdk';
import { plannerReplySchema } from '@baton/plan/plan';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { goalHash } from './calls/goal-hash.ts';
import { startEmulator } from './emulator.ts';

let now = Date.UTC(2026, 10, 21);
const emulator = await startEmulator({ msPerChunk: 0, now: () => now });
const client = new Anthropic({ baseURL: emulator.url, apiKey: 'secret-key', maxRetries: 0 });
const GOAL = 'Plan a three-day trip to Lisbon for two with a budget of 900 euros';
const PLANNER = {
  model: 'claude-sonnet-5-5',
  max_tokens: 8_000,
  system: 'You are the planner of Baton, which splits goals.\nReply with one JSON object alone.',
  messages: [
    {
      role: 'user' as const,
      content: `<goal>${GOAL}</goal><worker_types><worker_type name="writer"><description>d</description><best_for>b</best_for><not_for>n</not_for></worker_type></worker_types><limits max_tasks="3" decomposition="hybrid" />`,
    },
  ],
};
const HELLO = {
  model: 'claude-haiku-5-5',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'Hello there' }],
};

beforeEach(() => emulator.reset());
afterAll(() => emulator.close());

function textOf(message: Anthropic.Message): string {
  return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

test('create: answers by role, deterministically, with usage, ids and headers', async () => {
  const { data, response, request_id: requestId } = await client.messages.create(PLANNER).withResponse();
  const plan = plannerReplySchema.parse(JSON.parse(textOf(data)));
  expect(plan.mode).toBe('plan');
  expect(plan.tasks).toHaveLength(3);
  expect(plan.tasks.every((task) => task.worker === 'writer')).toBe(true);
  expect(data).toMatchObject({ role: 'assistant', stop_reason: 'end_turn', model: 'claude-sonnet-5-5' });
  expect(data.usage.output_tokens).toBe(Math.ceil(textOf(data).length / 4));
  expect(requestId).toMatch(/^req_simulated_\d+$/);
  expect(response.headers.get('baton-simulated')).toBe('true');
  expect(response.headers.get('anthropic-ratelimit-requests-remaining')).toMatch(/^\d+$/);
  const again = await client.messages.create(PLANNER);
  expect(textOf(again)).toBe(textOf(data));
  expect(again.usage).toEqual(data.usage);
  expect(again.id).not.toBe(data.id);
});

test('stream: the same text and usage as without streaming, in many deltas', async () => {
  const whole = await client.messages.create(PLANNER);
  const deltas: string[] = [];
  const stream = client.messages.stream(PLANNER).on('text', (delta) => deltas.push(delta));
  const message = await stream.finalMessage();
  expect(deltas.length).toBeGreaterThan(8);
  expect(deltas.join('')).toBe(textOf(whole));
  expect(textOf(message)).toBe(textOf(whole));
  expect(message.usage).toMatchObject({
    input_tokens: whole.usage.input_tokens,
    output_tokens: whole.usage.output_tokens,
  });
  expect(message.stop_reason).toBe('end_turn');
});

test('raw stream: the events of the API in its order', async () => {
  const events: string[] = [];
  const response = await client.messages.create({ ...HELLO, stream: true }).asResponse();
  for (const line of (await response.text()).split('\n')) {
    if (line.startsWith('event: ')) events.push(line.slice(7));
  }
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect([...new Set(events)]).toEqual([
    'message_start',
    'content_block_start',
    'ping',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
});

test('a request without a role of Baton is echoed and marked as simulated', async () => {
  const text = textOf(await client.messages.create(HELLO));
  expect(text).toContain('Hello there');
  expect(text.endsWith('*Simulated answer: no model was called.*')).toBe(true);
});

test('a schema is obeyed, asked for natively or in words', async () => {
  const schema = {
    type: 'object',
    properties: { verdict: { type: 'string' } },
    required: ['verdict'],
    additionalProperties: false,
  };
  const native = await client.messages.create({
    ...HELLO,
    output_config: { format: { type: 'json_schema', schema } },
  });
  expect(JSON.parse(textOf(native))).toEqual({ verdict: 'Simulated verdict for: Hello there' });
  const system = `Answer with one JSON object alone, of this schema: ${JSON.stringify(schema)}`;
  expect(textOf(await client.messages.create({ ...HELLO, system }))).toBe(textOf(native));
});

test('thinking, when asked for, comes before the text', async () => {
  const params = { ...HELLO, thinking: { type: 'adaptive' as const } };
  const whole = await client.messages.create(params);
  expect(whole.content.map((block) => block.type)).toEqual(['thinking', 'text']);
  const streamed = await client.messages.stream(params).finalMessage();
  expect(streamed.content).toEqual(whole.content);
  expect(whole.usage.output_tokens_details?.thinking_tokens).toBeGreaterThan(0);
});

test('max_tokens and stop sequences end the answer', async () => {
  const short = await client.messages.create({ ...HELLO, max_tokens: 5 });
  expect(short).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 5 } });
  const stopped = await client.messages.create({ ...HELLO, stop_sequences: ['never', 'Hello'] });
  expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'Hello' });
  expect(textOf(stopped)).toBe('You wrote: "');
});

test('a cached prefix is written once, read later, and expires', async () => {
  const system = [
    { type: 'text' as const, text: 'x'.repeat(4_000), cache_control: { type: 'ephemeral' as const } },
  ];
  const params = { ...HELLO, system };
  const first = (await client.messages.create(params)).usage;
  expect(first).toMatchObject({ cache_creation_input_tokens: 1_000, cache_read_input_tokens: 0 });
  const second = (
    await client.messages.create({ ...params, messages: [{ role: 'user', content: 'Another' }] })
  ).usage;
  expect(second).toMatchObject({
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 1_000,
    input_tokens: 2,
  });
  now += 5 * 60_000;
  const late = (await client.messages.create(params)).usage;
  expect(late).toMatchObject({ cache_creation_input_tokens: 1_000, cache_read_input_tokens: 0 });
});

test('lists models', async () => {
  const { data } = await client.models.list();
  expect(data.map((model) => model.id)).toContain('claude-opus-5-5');
  await expect(client.models.retrieve('claude-none')).rejects.toMatchObject({ status: 404 });
});

test('counts calls by role, model, goal and task, and keeps requests without credentials', async () => {
  await client.messages.create({
    ...HELLO,
    system: 'You are the writer of Baton, who writes.',
    messages: [
      {
        role: 'user',
        content: `<goal>${GOAL}</goal><task id="plan" worker="writer"><description>Write.</description><requirements></requirements></task>`,
      },
    ],
  });
  await expect(client.messages.create({ ...HELLO, max_tokens: 0 })).rejects.toMatchObject({ status: 400 });
  const once = { calls: 1, paid: 1, aborted: 0 };
  expect(emulator.stats()).toMatchObject({
    calls: 2,
    paid: 1,
    refused: 1,
    inFlight: 0,
    byRole: { task: once },
    byModel: { 'claude-haiku-5-5': once },
    byTask: { [`${goalHash(GOAL)}/plan`]: once },
    byGoal: { [goalHash(GOAL)]: once },
  });
  const [request] = emulator.requests(2);
  expect(request).toMatchObject({ task: 'plan', worker: 'writer', status: 200, paid: true });
  expect(request?.headers['anthropic-version']).toMatch(/^\d{4}-/);
  expect(JSON.stringify(request)).not.toContain('secret-key');
});

test('a rate limit turns calls away with retry-after and lets them in again', async () => {
  const limited = await startEmulator({ msPerChunk: 0, rpm: 1, now: () => now });
  const own = new Anthropic({ baseURL: limited.url, apiKey: 'k', maxRetries: 0 });
  await own.messages.create(HELLO);
  const refusal: unknown = await own.messages.create(HELLO).catch((error: unknown) => error);
  const headers = refusal instanceof RateLimitError ? refusal.headers : new Headers();
  expect(headers.get('retry-after')).toBe('60');
  expect(headers.get('anthropic-ratelimit-requests-remaining')).toBe('0');
  now += 60_000;
  await own.messages.create(HELLO);
  expect(limited.stats()).toMatchObject({ calls: 3, paid: 2, refused: 1, rateLimited: 1 });
  await limited.close();
});

test('paces its answers', async () => {
  const paced = await startEmulator({ msPerChunk: 2 });
  const own = new Anthropic({ baseURL: paced.url, apiKey: 'k', maxRetries: 0 });
  const started = performance.now();
  await own.messages.create(HELLO);
  // Four chunks of lead and eight of text, at two milliseconds each, less a timer's slack.
  expect(performance.now() - started).toBeGreaterThan(20);
  await paced.close();
});

test('stops twice, and refuses connections afterwards', async () => {
  const short = await startEmulator();
  await Promise.all([short.close(), short.close()]);
  await expect(fetch(`${short.url}/livez`)).rejects.toThrow('fetch failed');
});

test('a port that is taken rejects', async () => {
  const port = Number(new URL(emulator.url).port);
  await expect(startEmulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
