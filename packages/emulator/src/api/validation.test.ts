import { afterAll, expect, test } from 'vitest';
import { startEmulator } from '../emulator.ts';
import { isJsonObject } from '../json.ts';

const emulator = await startEmulator({ msPerChunk: 0, maxBodyBytes: 10_000 });
const HEADERS = { 'x-api-key': 'k', 'anthropic-version': '2026-10-21', 'content-type': 'application/json' };
const VALID = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };

afterAll(() => emulator.close());

interface Refusal {
  status: number;
  type: string;
  message: string;
}

async function post(body: unknown, headers: Record<string, string> = HEADERS): Promise<Refusal> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${emulator.url}/v1/messages`, { method: 'POST', headers, body: text });
  const reply: unknown = await response.json();
  expect(response.headers.get('baton-simulated')).toBe('true');
  const error = isJsonObject(reply) && isJsonObject(reply['error']) ? reply['error'] : null;
  if (error !== null) {
    expect(reply).toMatchObject({ type: 'error', request_id: response.headers.get('request-id') });
  }
  return { status: response.status, type: String(error?.['type']), message: String(error?.['message']) };
}

const text = (value: string, extra: object = {}): object => ({ type: 'text', text: value, ...extra });
const blocks = (...content: object[]): object => ({ messages: [{ role: 'user', content }] });
const use = { type: 'tool_use', id: 't', name: 'n' };
const schema = (value: object): object => ({
  output_config: { format: { type: 'json_schema', schema: value } },
});
const cached = text('x', { cache_control: { type: 'ephemeral' } });

test.each([
  ['temperature', { temperature: 1 }, 'temperature: sampling parameters are not supported'],
  ['top_p', { top_p: 0.5 }, 'top_p: sampling'],
  ['top_k', { top_k: 5 }, 'top_k: sampling'],
  ['an unknown field', { maxTokens: 5 }, 'maxTokens: Extra inputs are not permitted'],
  ['a forced tool', { tool_choice: { type: 'tool', name: 'x' } }, 'forced tool use ("tool")'],
  ['any tool', { tool_choice: { type: 'any' } }, 'forced tool use ("any")'],
  ['no model', { model: undefined }, 'model: Field required'],
  ['no max_tokens', { max_tokens: undefined }, 'max_tokens: Field required'],
  ['max_tokens 0', { max_tokens: 0 }, 'max_tokens: Input should be'],
  ['no messages', { messages: undefined }, 'messages: Field required'],
  ['empty messages', { messages: [] }, 'at least one message is required'],
  ['a prefill', { messages: [...VALID.messages, { role: 'assistant', content: '{' }] }, 'prefill'],
  [
    'empty content',
    { messages: [{ role: 'user', content: ' ' }] },
    'messages.0: all messages must have non-empty',
  ],
  ['an empty text block', { messages: [{ role: 'user', content: [text('')] }] }, 'messages.0.content.0.text'],
  ['an empty system block', { system: [text(' ')] }, 'system.0.text: text content blocks must be non-empty'],
  ['a block that is not known', blocks({ type: 'hologram' }), "messages.0.content.0: Input tag 'hologram'"],
  [
    'thinking without its signature',
    blocks({ type: 'thinking', thinking: 'x' }),
    'content.0.signature: Field',
  ],
  [
    'a tool use whose input is no object',
    { messages: [...VALID.messages, { role: 'assistant', content: [{ ...use, input: '{}' }] }] },
    'messages.1.content.0.input: Input should be a valid dictionary',
  ],
  [
    'a tool result with empty text',
    blocks({ type: 'tool_result', tool_use_id: 't', content: [text('')] }),
    'messages.0.content.0.content.0.text: text content blocks must be non-empty',
  ],
  [
    'a tool result whose error is no boolean',
    blocks({ type: 'tool_result', tool_use_id: 't', content: 'x', is_error: 'yes' }),
    'messages.0.content.0.is_error',
  ],
  ['a bad role', { messages: [{ role: 'robot', content: 'x' }, ...VALID.messages] }, 'messages.0.role'],
  ['a bad effort', { output_config: { effort: 'huge' } }, 'output_config.effort'],
  ['an unknown output_config', { output_config: { schema: {} } }, 'output_config.schema: Extra inputs'],
  ['a bad format', { output_config: { format: { type: 'xml' } } }, 'output_config.format.type'],
  [
    'an open object',
    schema({ type: 'object', properties: {} }),
    "'additionalProperties' must be explicitly set to false",
  ],
  [
    'a bounded number',
    schema({ anyOf: [{ type: 'number', minimum: 1 }] }),
    "anyOf.0: property 'minimum' is not supported",
  ],
  [
    'too small a thinking budget',
    { thinking: { type: 'enabled', budget_tokens: 10 } },
    'thinking.budget_tokens',
  ],
  ['a bad cache_control', { cache_control: { type: 'forever' } }, 'cache_control.type'],
  ['five breakpoints', { system: [cached, cached, cached, cached, cached] }, 'A maximum of 4 blocks'],
])('400 for %s', async (_, change, message) => {
  const refusal = await post({ ...VALID, ...change });
  expect(refusal).toMatchObject({ status: 400, type: 'invalid_request_error' });
  expect(refusal.message).toContain(message);
});

test('names every problem at once', async () => {
  const { message } = await post({ messages: [], temperature: 1 });
  for (const field of ['model:', 'max_tokens:', 'messages:', 'temperature:'])
    expect(message).toContain(field);
});

test('two user messages in a row and a system message are fine', async () => {
  const messages = [...VALID.messages, { role: 'system', content: 'Be brief' }, ...VALID.messages];
  expect((await post({ ...VALID, messages })).status).toBe(200);
});

test('401 without credentials; a bearer token or an x-api-key will do', async () => {
  const { 'x-api-key': _, ...bare } = HEADERS;
  expect(await post(VALID, bare)).toMatchObject({ status: 401, type: 'authentication_error' });
  expect((await post(VALID, { ...bare, authorization: 'Bearer k' })).status).toBe(200);
});

test('400 without a version, or with one that is no date', async () => {
  const { 'anthropic-version': _, ...bare } = HEADERS;
  expect((await post(VALID, bare)).message).toContain('anthropic-version: header is required');
  expect((await post(VALID, { ...bare, 'anthropic-version': 'latest' })).status).toBe(400);
});

test('400 for a body that is not JSON, not an object, empty or compressed', async () => {
  expect((await post('{')).message).toContain('not valid JSON');
  expect((await post('[]')).message).toContain('must be a JSON object');
  expect((await post('')).message).toContain('is empty');
  expect((await post('x', { ...HEADERS, 'content-encoding': 'gzip' })).message).toContain('content-encoding');
});

test('413 for a body over the limit', async () => {
  const messages = [{ role: 'user', content: 'x'.repeat(20_000) }];
  expect(await post({ ...VALID, messages })).toMatchObject({ status: 413, type: 'request_too_large' });
});

test.each([
  ['GET', '/v1/messages', 405],
  ['POST', '/v1/models', 405],
  ['GET', '/v2/messages', 404],
  ['GET', '//', 404],
  ['GET', '/_emulator/nothing', 404],
  ['GET', '/livez', 200],
  ['GET', '/readyz', 200],
])('%s %s → %i', async (method, path, status) => {
  const response = await fetch(emulator.url + path, { method, headers: HEADERS });
  await response.body?.cancel();
  expect(response.status).toBe(status);
});
