import { Anthropic } from '@anthropic-ai/sdk';
import { expect, onTestFinished, test } from 'vitest';
import { startEmulator, type EmulatorOptions } from '../emulator.ts';

const PATIENCE = { timeout: 15_000 };

const params = (text = 'Hello there', fields: object = {}) => ({
  model: 'claude-sonnet-5-5',
  max_tokens: 1_000,
  messages: [{ role: 'user' as const, content: text }],
  ...fields,
});

async function open(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({ msPerChunk: 0, batchDelayMs: 0, ...options });
  onTestFinished(() => emulator.close(0));
  const client = new Anthropic({ baseURL: emulator.url, apiKey: 'k', maxRetries: 0 });
  const { batches } = client.messages;
  async function resultsOf(requests: Parameters<typeof batches.create>[0]['requests']) {
    const { id } = await batches.create({ requests });
    await expect.poll(async () => (await batches.retrieve(id)).processing_status, PATIENCE).toBe('ended');
    const results = new Map<string, unknown>();
    for await (const { custom_id: customId, result } of await batches.results(id))
      results.set(customId, result);
    return { id, results };
  }
  return { emulator, client, batches, resultsOf };
}

async function statusOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 200,
    (error: { status?: number }) => error.status,
  );
}

test('answers each request as if it came alone, and counts it as paid', async () => {
  const { emulator, client, batches, resultsOf } = await open();
  const alone = await client.messages.create(params());
  const { id, results } = await resultsOf([
    { custom_id: 'a', params: params() },
    { custom_id: 'b', params: params('Something else') },
  ]);
  expect(results.get('a')).toMatchObject({
    type: 'succeeded',
    message: {
      content: alone.content,
      usage: { service_tier: 'batch', output_tokens: alone.usage.output_tokens },
    },
  });
  expect(emulator.stats()).toMatchObject({ calls: 3, paid: 3, inFlight: 0 });
  expect(await batches.retrieve(id)).toMatchObject({
    request_counts: { processing: 0, succeeded: 2, errored: 0, canceled: 0, expired: 0 },
    results_url: `${emulator.url}/v1/messages/batches/${id}/results`,
  });
});

test('takes no notice of rate limits', async () => {
  const { emulator, resultsOf } = await open({ rpm: 1 });
  const requests = Array.from({ length: 5 }, (_, index) => ({ custom_id: `r${index}`, params: params() }));
  await resultsOf(requests);
  expect(emulator.stats()).toMatchObject({ paid: 5, rateLimited: 0 });
});

test('is in progress until its delay is over, and has no results before', async () => {
  const { emulator, batches } = await open({ batchDelayMs: 60_000 });
  const batch = await batches.create({ requests: [{ custom_id: 'a', params: params() }] });
  expect(batch).toMatchObject({
    processing_status: 'in_progress',
    ended_at: null,
    results_url: null,
    request_counts: { processing: 1 },
  });
  expect(await statusOf(batches.results(batch.id))).toBeUndefined();
  expect((await fetch(`${emulator.url}/v1/messages/batches/${batch.id}/results`)).status).toBe(401);
  expect(await statusOf(batches.delete(batch.id))).toBe(400);
  expect(await batches.cancel(batch.id)).toMatchObject({ processing_status: 'canceling' });
  expect(emulator.stats()).toMatchObject({ paid: 0 });
});

test('what is cancelled in time is not answered', async () => {
  const { emulator, batches } = await open({ batchDelayMs: 60_000 });
  const { id } = await batches.create({ requests: [{ custom_id: 'a', params: params() }] });
  await batches.cancel(id);
  await expect.poll(async () => (await batches.retrieve(id)).request_counts.canceled, PATIENCE).toBe(1);
  expect(emulator.stats()).toMatchObject({ paid: 0 });
});

test('a request that is not valid, or meets a fault, comes back without an answer', async () => {
  const { emulator, resultsOf } = await open();
  emulator.inject([
    { match: { contains: 'overloaded' }, fault: { kind: '529' } },
    { match: { contains: 'for ever' }, fault: { kind: 'hang' } },
    { match: { contains: 'declined' }, fault: { kind: 'refusal' } },
  ]);
  const { results } = await resultsOf([
    { custom_id: 'odd', params: params('x', { temperature: 1 }) },
    { custom_id: 'streams', params: params('x', { stream: true }) },
    { custom_id: 'overloaded', params: params('overloaded') },
    { custom_id: 'late', params: params('for ever') },
    { custom_id: 'declined', params: params('declined') },
  ]);
  expect(results.get('odd')).toMatchObject({
    type: 'errored',
    error: { error: { type: 'invalid_request_error' } },
  });
  expect(results.get('streams')).toMatchObject({ type: 'errored' });
  expect(results.get('overloaded')).toMatchObject({
    type: 'errored',
    error: { error: { type: 'overloaded_error' } },
  });
  expect(results.get('late')).toEqual({ type: 'expired' });
  expect(results.get('declined')).toMatchObject({ type: 'succeeded', message: { stop_reason: 'refusal' } });
  expect(emulator.stats()).toMatchObject({ paid: 1, faults: 3 });
});

test.each([
  [{ requests: [] }],
  [{}],
  [{ requests: [{ custom_id: 'a b', params: params() }] }],
  [
    {
      requests: [
        { custom_id: 'a', params: params() },
        { custom_id: 'a', params: params() },
      ],
    },
  ],
  [{ requests: [{ custom_id: 'a' }] }],
])('refuses %j as a whole', async (body) => {
  const { batches } = await open();
  expect(await statusOf(batches.create(body as never))).toBe(400);
});

test('lists the newest first, a page at a time, and forgets what is deleted', async () => {
  const { batches } = await open();
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    ids.unshift((await batches.create({ requests: [{ custom_id: 'a', params: params() }] })).id);
  }
  const listed: string[] = [];
  for await (const { id } of batches.list({ limit: 2 })) listed.push(id);
  expect(listed).toEqual(ids);
  const [newest = ''] = ids;
  await expect.poll(async () => (await batches.retrieve(newest)).processing_status, PATIENCE).toBe('ended');
  expect(await batches.delete(newest)).toEqual({ id: newest, type: 'message_batch_deleted' });
  expect(await statusOf(batches.retrieve(newest))).toBe(404);
});

test('a fault for the creation of a batch refuses it, or loses the reply', async () => {
  const { emulator, batches } = await open();
  emulator.inject([
    { match: { role: 'batch' }, fault: { kind: '529' } },
    { match: { role: 'batch' }, fault: { kind: 'cut' } },
  ]);
  const create = () => batches.create({ requests: [{ custom_id: 'a', params: params() }] });
  expect(await statusOf(create())).toBe(529);
  expect(await statusOf(create())).toBeUndefined();
  const { data } = await batches.list();
  expect(data).toHaveLength(1);
});
