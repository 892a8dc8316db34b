import { Anthropic, APIError } from '@anthropic-ai/sdk';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { startEmulator } from '../emulator.ts';
import type { Fault } from './fault.ts';
import { readFaultRules } from './read-fault-rules.ts';

const emulator = await startEmulator({ msPerChunk: 0 });
const client = new Anthropic({ baseURL: emulator.url, apiKey: 'k', maxRetries: 0, logLevel: 'off' });
const POLL = { interval: 2, timeout: 4_000 };
const PARAMS = { model: 'm', max_tokens: 500, messages: [{ role: 'user' as const, content: 'Hello there' }] };

beforeEach(() => emulator.reset());
afterAll(() => emulator.close());

function taskParams(task: string, worker = 'writer'): typeof PARAMS & { system: string } {
  const content = `<goal>Go</goal><task id="${task}" worker="${worker}"><description>Do.</description></task>`;
  return { ...PARAMS, system: `You are the ${worker} of Baton, x`, messages: [{ role: 'user', content }] };
}

async function failure(call: PromiseLike<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('The call did not fail with an error');
}

/** A header of the response that a call failed with. */
async function failureHeader(call: PromiseLike<unknown>, name: string): Promise<string | null> {
  const error = await failure(call);
  return error instanceof APIError ? (error.headers?.get(name) ?? null) : `not an APIError: ${error.message}`;
}

async function textDeltas(): Promise<number> {
  let deltas = 0;
  for await (const event of await client.messages.create({ ...PARAMS, stream: true })) {
    if (event.type === 'content_block_delta') deltas += 1;
  }
  return deltas;
}

/** Resolves once the emulator has seen the end of every call. */
async function quiet(): Promise<void> {
  await expect.poll(() => emulator.stats().inFlight, POLL).toBe(0);
}

test.each([
  [{ kind: '429', retryAfter: 7 }, 429, 'rate_limit_error'],
  [{ kind: '529' }, 529, 'overloaded_error'],
  [{ kind: '500' }, 500, 'api_error'],
  [{ kind: 'error', status: 403, type: 'permission_error' }, 403, 'permission_error'],
] satisfies Array<[Fault, number, string]>)('$0.kind', async (fault, status, type) => {
  emulator.inject([{ fault }]);
  expect(await failure(client.messages.create(PARAMS))).toMatchObject({ status, type });
  await client.messages.create(PARAMS);
  expect(emulator.stats()).toMatchObject({
    calls: 2,
    paid: 1,
    faults: 1,
    refused: status < 500 ? 1 : 0,
    rateLimited: 0,
  });
});

test('429 carries retry-after; a spent limit carries its code and none', async () => {
  emulator.inject([{ fault: { kind: '429', retryAfter: 7 } }, { fault: { kind: 'spend-429' } }]);
  expect(await failureHeader(client.messages.create(PARAMS), 'retry-after')).toBe('7');
  expect(await failureHeader(client.messages.create(PARAMS), 'retry-after')).toBeNull();
  emulator.inject([{ fault: { kind: 'spend-429' } }]);
  expect(await failure(client.messages.create(PARAMS))).toMatchObject({
    status: 429,
    errorCode: 'enforced_spend_limit_reached',
  });
});

test('hang: never answers, is not paid, and counts as aborted when the client leaves', async () => {
  emulator.inject([{ fault: { kind: 'hang' } }]);
  const abort = new AbortController();
  const call = failure(client.messages.create(PARAMS, { signal: abort.signal }));
  await expect.poll(() => emulator.stats().faults, POLL).toBe(1);
  abort.abort();
  expect((await call).name).toBe('APIUserAbortError');
  await quiet();
  expect(emulator.stats()).toMatchObject({ calls: 1, paid: 0, aborted: 1 });
});

test('stall: the first piece comes and nothing after it; the answer is paid', async () => {
  emulator.inject([{ fault: { kind: 'stall' } }]);
  const stream = await client.messages.create({ ...PARAMS, stream: true });
  const seen: string[] = [];
  for await (const event of stream) {
    seen.push(event.type);
    if (event.type === 'content_block_delta') stream.controller.abort();
  }
  expect(seen).toEqual(['message_start', 'content_block_start', 'content_block_delta']);
  await quiet();
  expect(emulator.stats()).toMatchObject({ paid: 1, aborted: 1 });
});

test('drip: every character by itself, and the whole of them', async () => {
  const usual = (await client.messages.create(PARAMS)).usage.output_tokens;
  emulator.inject([{ fault: { kind: 'drip', ms: 0 }, times: 2 }]);
  expect(await textDeltas()).toBeGreaterThan((usual - 1) * 4);
  expect((await client.messages.create(PARAMS)).usage.output_tokens).toBe(usual);
});

test('delay: waits, then answers as usual', async () => {
  const usual = await client.messages.create(PARAMS);
  emulator.inject([{ fault: { kind: 'delay', ms: 20 } }]);
  const started = performance.now();
  expect((await client.messages.create(PARAMS)).content).toEqual(usual.content);
  expect(performance.now() - started).toBeGreaterThan(18);
});

test('cut: the connection breaks half-way; paid, and not counted as aborted by the client', async () => {
  emulator.inject([{ fault: { kind: 'cut' }, times: 2 }]);
  expect(await failure(client.messages.create(PARAMS))).toMatchObject({ message: 'terminated' });
  expect((await failure(textDeltas())).message).toContain('terminated');
  await quiet();
  expect(emulator.stats()).toMatchObject({ paid: 2, aborted: 0, byFault: { cut: 2 } });
});

test('fin: the body ends early and cleanly', async () => {
  emulator.inject([{ fault: { kind: 'fin' }, times: 3 }]);
  expect((await failure(client.messages.create(PARAMS))).name).toBe('SyntaxError');
  expect(await textDeltas()).toBeLessThan(8);
  expect((await failure(client.messages.stream(PARAMS).finalMessage())).message).toMatch(/stream ended/i);
});

test('malformed: status 200 with what is not JSON', async () => {
  emulator.inject([{ fault: { kind: 'malformed' }, times: 2 }]);
  expect((await failure(client.messages.create(PARAMS))).name).toBe('SyntaxError');
  expect((await failure(textDeltas())).name).toBe('SyntaxError');
});

test('sse-error: an error event inside the stream, which is not paid; 529 without a stream', async () => {
  emulator.inject([{ fault: { kind: 'sse-error' }, times: 2 }]);
  expect(await failure(textDeltas())).toMatchObject({ type: 'overloaded_error', status: undefined });
  expect(await failure(client.messages.create(PARAMS))).toMatchObject({ status: 529 });
  await quiet();
  expect(emulator.stats()).toMatchObject({ paid: 0, faults: 2 });
});

test('the answers themselves: refusal, max_tokens, empty, text, tool use, huge', async () => {
  emulator.inject([
    { fault: { kind: 'refusal' } },
    { fault: { kind: 'max_tokens' } },
    { fault: { kind: 'empty' } },
    { fault: { kind: 'text', text: 'Scripted.' } },
    { fault: { kind: 'tool-use', name: 'search', input: { q: 'x' } }, times: 2 },
    { fault: { kind: 'huge', megabytes: 2 } },
  ]);
  expect(await client.messages.create(PARAMS)).toMatchObject({
    stop_reason: 'refusal',
    content: [],
    stop_details: { type: 'refusal' },
  });
  expect(await client.messages.create(PARAMS)).toMatchObject({ stop_reason: 'max_tokens' });
  expect(await client.messages.create(PARAMS)).toMatchObject({ stop_reason: 'end_turn', content: [] });
  expect((await client.messages.create(PARAMS)).content).toMatchObject([{ text: 'Scripted.' }]);
  const whole = await client.messages.create(PARAMS);
  expect(whole).toMatchObject({ stop_reason: 'tool_use', content: [{ name: 'search', input: { q: 'x' } }] });
  expect((await client.messages.stream(PARAMS).finalMessage()).content).toEqual(whole.content);
  const [block] = (await client.messages.create(PARAMS)).content;
  expect(block?.type === 'text' ? block.text.length : 0).toBeGreaterThan(2 * 1_048_576);
});

test.each(['cycle', 'unknown-worker', 'schema'] as const)(
  'bad-plan: %s, once, then a lawful plan',
  async (which) => {
    emulator.inject([{ match: { role: 'planner' }, fault: { kind: 'bad-plan', which } }]);
    const content =
      '<goal>Compare A and B</goal><worker_types><worker_type name="writer"></worker_type></worker_types>';
    const params = {
      ...PARAMS,
      max_tokens: 9_000,
      system: 'You are the planner of Baton, x',
      messages: [{ role: 'user' as const, content }],
    };
    const plans = [await client.messages.create(params), await client.messages.create(params)].map(
      (message) => {
        const [block] = message.content;
        const plan: unknown = JSON.parse(block?.type === 'text' ? block.text : '');
        return plan;
      },
    );
    const wrong = {
      cycle: { dependencies: ['second'] },
      'unknown-worker': { worker: 'no-such-worker' },
      schema: { steps: 'not a task' },
    };
    expect(plans[0]).toHaveProperty('tasks[0]', expect.objectContaining(wrong[which]));
    expect(plans[1]).toHaveProperty(
      'tasks[0]',
      expect.objectContaining({ worker: 'writer', dependencies: [] }),
    );
  },
);

test('matches by task, role, worker type, model and text; the n-th call; as often as asked', async () => {
  const fault = { kind: 'text', text: 'hit' } as const;
  const isHit = async (params: typeof PARAMS): Promise<boolean> =>
    JSON.stringify((await client.messages.create(params)).content).includes('"hit"');
  emulator.inject([{ match: { task: 'b' }, fault }]);
  expect([await isHit(taskParams('a')), await isHit(taskParams('b')), await isHit(taskParams('b'))]).toEqual([
    false,
    true,
    false,
  ]);
  emulator.inject([{ match: { role: 'coder' }, fault }]);
  expect([await isHit(taskParams('a')), await isHit(taskParams('a', 'coder'))]).toEqual([false, true]);
  emulator.inject([{ match: { model: 'other', contains: 'there' }, fault }]);
  expect([await isHit(PARAMS), await isHit({ ...PARAMS, model: 'other' })]).toEqual([false, true]);
  emulator.inject([{ match: { nth: 2 }, fault, times: 2 }]);
  expect([await isHit(PARAMS), await isHit(PARAMS), await isHit(PARAMS), await isHit(PARAMS)]).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test('a client that leaves after message_start has paid', async () => {
  emulator.inject([{ fault: { kind: 'drip', ms: 5 } }]);
  const stream = await client.messages.create({ ...PARAMS, stream: true });
  for await (const event of stream) if (event.type === 'message_start') stream.controller.abort();
  await quiet();
  expect(emulator.stats()).toMatchObject({ paid: 1, aborted: 1 });
});

test('an upload broken off is no failure of the emulator', async () => {
  const { port } = new URL(emulator.url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\nanthropic-version: 2026-10-21\r\ncontent-length: 100\r\n\r\n{',
  );
  await expect.poll(() => emulator.stats().inFlight, POLL).toBe(1);
  socket.destroy();
  await quiet();
  expect(emulator.stats()).toMatchObject({ calls: 1, paid: 0, aborted: 1 });
});

test('stopping cuts a held connection at once and lets a slow answer finish', async () => {
  const own = await startEmulator({ msPerChunk: 10 });
  const other = new Anthropic({ baseURL: own.url, apiKey: 'k', maxRetries: 0 });
  own.inject([{ match: { contains: 'held' }, fault: { kind: 'hang' } }]);
  const held = failure(other.messages.create({ ...PARAMS, messages: [{ role: 'user', content: 'held' }] }));
  const slow = other.messages.create(PARAMS);
  await expect.poll(() => own.stats().byRole['other']?.calls, POLL).toBe(2);
  await own.close();
  expect((await held).message).toContain('Connection error');
  expect((await slow).stop_reason).toBe('end_turn');
});

async function control(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: unknown }> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`${emulator.url}/_emulator/${path}`, init);
  return { status: response.status, json: await response.json() };
}

test('the control endpoints inject, list, clear, report and reset', async () => {
  const rule = { match: { role: 'task' }, fault: { kind: '529' }, times: 3 };
  expect(await control('POST', 'faults', [rule])).toEqual({ status: 200, json: { pending: [rule] } });
  expect((await control('GET', 'faults')).json).toEqual({ pending: [rule] });
  await failure(client.messages.create(taskParams('a')));
  expect((await control('GET', 'stats')).json).toMatchObject({ calls: 1, faults: 1, byFault: { '529': 1 } });
  expect((await control('GET', 'requests?limit=1')).json).toMatchObject({
    requests: [{ task: 'a', fault: '529', status: 529 }],
  });
  expect((await control('DELETE', 'faults')).json).toEqual({ pending: [] });
  await control('DELETE', 'requests');
  expect((await control('GET', 'requests')).json).toEqual({ requests: [] });
  expect((await control('GET', 'requests?limit=x')).status).toBe(400);
});

test('says everything that is wrong with fault rules', () => {
  const rules: unknown = [
    { fault: { kind: 'boom' } },
    { fault: { kind: 'drip', speed: 1 }, match: { nth: 0 }, time: 1 },
  ];
  const read = readFaultRules(rules);
  expect(read.ok ? [] : read.problems).toEqual([
    expect.stringMatching(/^\[0\]\.fault\.kind must be one of 429, .*, sse-error$/),
    '[1].time is unknown; allowed: match, fault, times',
    '[1].match.nth must be an integer of at least 1',
    '[1].fault.speed is unknown; allowed: ms',
    '[1].fault.ms must be a number from 0 to 60000',
  ]);
  expect(() => emulator.inject([{ fault: { kind: 'drip', ms: -1 } }])).toThrow(
    '[0].fault.ms must be a number',
  );
});

test('a rule for a task means its judge only where its role says so', async () => {
  const judge = { ...PARAMS, system: 'You are the judge of Baton, x' };
  const content = '<goal>Go</goal><task id="a" worker="writer"></task><result>Done</result>';
  const judged = { ...judge, messages: [{ role: 'user' as const, content }] };
  emulator.inject([
    { match: { task: 'a' }, fault: { kind: '500' } },
    { match: { role: 'judge', task: 'a' }, fault: { kind: '529' } },
  ]);
  expect(await failure(client.messages.create(judged))).toMatchObject({ status: 529 });
  await client.messages.create(judged);
  expect(await failure(client.messages.create(taskParams('a')))).toMatchObject({ status: 500 });
});
