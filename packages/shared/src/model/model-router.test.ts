import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { workerSettings } from '../settings/settings.ts';
import type { Llm, LlmRequest } from './llm.ts';
import { modelRouter } from './model-router.ts';
import { bedrockChunk } from './testing/aws-event-stream.ts';
import {
  openStream,
  sendError,
  serveMessages,
  wholeMessage,
  type MessagesServer,
} from './testing/messages-server.ts';

const signal = new AbortController().signal;

function ask(llm: Llm, model: string) {
  const request: LlmRequest = {
    model,
    system: '',
    messages: [{ role: 'user', text: 'Hello' }],
    maxTokens: 100,
    jsonSchema: null,
  };
  return llm.call(request, { signal });
}

async function answering(text: string): Promise<MessagesServer> {
  const server = await serveMessages((response) => {
    openStream(response);
    response.end(wholeMessage(text));
  });
  onTestFinished(() => server.close());
  return server;
}

function router(environment: Readonly<Record<string, string>>): Llm {
  return modelRouter(workerSettings(environment));
}

beforeEach(() => {
  // What a machine may have set for other programs.
  for (const name of ['ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_CUSTOM_HEADERS', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test('each tier goes to its own endpoint with its own key, and all else to the main one', async () => {
  const [main, fast, strong] = await Promise.all(['main', 'fast', 'strong'].map(answering));
  if (!main || !fast || !strong) throw new Error('No servers');
  const llm = router({
    ANTHROPIC_BASE_URL: main.url,
    ANTHROPIC_API_KEY: 'key-of-main',
    MODEL_FAST: 'qwen3:8b',
    MODEL_FAST_BASE_URL: fast.url,
    MODEL_STRONG_BASE_URL: strong.url,
    MODEL_STRONG_API_KEY: 'key-of-strong',
    MODEL_STRONG_HEADERS: 'x-team: search',
  });
  expect(await ask(llm, 'qwen3:8b')).toMatchObject({ text: 'fast' });
  expect(await ask(llm, 'claude-sonnet-5-5')).toMatchObject({ text: 'main' });
  expect(await ask(llm, 'claude-opus-5-5')).toMatchObject({ text: 'strong' });
  expect(await ask(llm, 'something-else')).toMatchObject({ text: 'main' });
  expect(fast.seen).toMatchObject([{ headers: { authorization: 'Bearer none', 'x-api-key': 'none' } }]);
  expect(strong.seen).toMatchObject([
    {
      headers: {
        authorization: 'Bearer key-of-strong',
        'x-api-key': 'key-of-strong',
        'x-team': 'search',
      },
    },
  ]);
  expect(main.seen.map(({ headers }) => headers['x-api-key'])).toEqual(['key-of-main', 'key-of-main']);
});

test.each([
  ['x-api-key: own', { 'x-api-key': 'own' }, 'authorization'],
  ['Authorization: Bearer own', { authorization: 'Bearer own' }, 'x-api-key'],
])('with a key among its headers no other goes along: %s', async (headers, sent, unsent) => {
  vi.stubEnv('ANTHROPIC_API_KEY', 'of-the-machine');
  const server = await answering('hi');
  const llm = router({
    ANTHROPIC_API_KEY: 'key-of-main',
    MODEL_FAST_BASE_URL: server.url,
    MODEL_FAST_HEADERS: headers,
  });
  await ask(llm, 'claude-haiku-5-5');
  expect(server.seen).toMatchObject([{ headers: sent }]);
  expect(server.seen[0]?.headers).not.toHaveProperty(unsent);
});

test.each(['anthropic', 'bedrock', 'vertex'])(
  'nothing that the machine has set for other programs reaches an endpoint: %s',
  async (provider) => {
    vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'x-gateway-key: of-the-machine\nauthorization: of-the-machine');
    vi.stubEnv('ANTHROPIC_API_KEY', 'of-the-machine');
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'of-the-machine');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('GCE_METADATA_HOST', await googleMachine());
    vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
    vi.stubEnv('HOME', '/nonexistent');
    vi.stubEnv('CLOUD_ML_REGION', 'europe-west1');
    vi.stubEnv('ANTHROPIC_VERTEX_PROJECT_ID', 'my-project');
    const server = await answering('hi');
    const llm = router({
      ANTHROPIC_API_KEY: 'of-the-machine',
      MODEL_FAST_PROVIDER: provider,
      MODEL_FAST_BASE_URL: server.url,
    });
    await ask(llm, 'claude-haiku-5-5');
    expect(server.seen).toHaveLength(1);
    expect(JSON.stringify(server.seen)).not.toContain('of-the-machine');
    expect(process.env['ANTHROPIC_CUSTOM_HEADERS']).toContain('x-gateway-key');
  },
);

test('a refused key is told by the settings of its tier', async () => {
  const server = await serveMessages((response) =>
    sendError(response, 401, { type: 'authentication_error', message: 'invalid x-api-key' }),
  );
  onTestFinished(() => server.close());
  const llm = router({
    ANTHROPIC_API_KEY: 'k',
    MODEL_FAST_BASE_URL: server.url,
    MODEL_FAST_API_KEY: 'wrong',
  });
  await expect(ask(llm, 'claude-haiku-5-5')).rejects.toMatchObject({
    message: expect.stringMatching(/check MODEL_FAST_API_KEY, and MODEL_FAST_BASE_URL/),
    failure: { kind: 'terminal' },
  });
});

test('a key that no header can carry is told without being quoted', () => {
  expect(() => router({ ANTHROPIC_API_KEY: 'k', MODEL_STRONG_API_KEY: 'se cret' })).toThrow(
    /^MODEL_STRONG_API_KEY is empty or holds spaces/,
  );
});

test('a model that no endpoint serves is a clear failure', async () => {
  const at = { MODEL_FAST_BASE_URL: 'http://127.0.0.1:9', MODEL_BALANCED_BASE_URL: 'http://127.0.0.1:9' };
  const llm = router({ ...at, MODEL_STRONG_BASE_URL: 'http://127.0.0.1:9' });
  await expect(ask(llm, 'other')).rejects.toMatchObject({
    message: expect.stringContaining('No endpoint serves "other"'),
  });
});

test('Bedrock: signed by AWS credentials, in its own wire form, read from its binary stream', async () => {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', undefined);
  const server = await serveMessages((response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    for (const [, data = ''] of wholeMessage('from Bedrock').matchAll(/^data: (.*)$/gm))
      response.write(bedrockChunk(JSON.parse(data) as object));
    response.end();
  });
  onTestFinished(() => server.close());
  const llm = router({
    ANTHROPIC_API_KEY: 'key-of-main',
    MODEL_STRONG: 'anthropic.claude-opus-5-5-v1:0',
    MODEL_STRONG_PROVIDER: 'bedrock',
    MODEL_STRONG_BASE_URL: server.url,
  });
  expect(await ask(llm, 'anthropic.claude-opus-5-5-v1:0')).toMatchObject({
    text: 'from Bedrock',
    stopReason: 'end_turn',
    usage: { inputTokens: 11, outputTokens: 7 },
  });
  const [seen] = server.seen;
  expect(seen?.path).toBe('/model/anthropic.claude-opus-5-5-v1:0/invoke-with-response-stream');
  expect(seen?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/.*\/eu-central-1\/bedrock/,
  );
  expect(JSON.stringify(seen?.headers)).not.toContain('key-of-main');
  expect(seen?.body).toMatchObject({ messages: [{ role: 'user' }], anthropic_version: expect.any(String) });
});

test('Bedrock: a key of its own goes as a bearer token', async () => {
  const server = await answering('from a gateway');
  const llm = router({
    ANTHROPIC_API_KEY: 'key-of-main',
    MODEL_STRONG_PROVIDER: 'bedrock',
    MODEL_STRONG_API_KEY: 'bedrock-key',
    MODEL_STRONG_BASE_URL: server.url,
  });
  expect(await ask(llm, 'claude-opus-5-5')).toMatchObject({ text: 'from a gateway' });
  expect(server.seen[0]?.headers.authorization).toBe('Bearer bedrock-key');
});

/** Google's metadata server, as a machine of theirs reaches it. */
async function googleMachine(): Promise<string> {
  const server = createServer((request, response) => {
    response.setHeader('metadata-flavor', 'Google');
    response.setHeader('content-type', 'application/json');
    response.end(
      request.url?.includes('/token')
        ? JSON.stringify({ access_token: 'token-of-google', expires_in: 3_600, token_type: 'Bearer' })
        : '"project-of-machine"',
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('Vertex: with a token of the machine, in its own wire form', async () => {
  vi.stubEnv('GCE_METADATA_HOST', await googleMachine());
  vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
  vi.stubEnv('HOME', '/nonexistent');
  vi.stubEnv('CLOUD_ML_REGION', 'europe-west1');
  vi.stubEnv('ANTHROPIC_VERTEX_PROJECT_ID', 'my-project');
  const server = await answering('from Vertex');
  const llm = router({
    ANTHROPIC_API_KEY: 'key-of-main',
    MODEL_STRONG: 'claude-opus-5-5@20260901',
    MODEL_STRONG_PROVIDER: 'vertex',
    MODEL_STRONG_BASE_URL: `${server.url}/v1`,
  });
  expect(await ask(llm, 'claude-opus-5-5@20260901')).toMatchObject({ text: 'from Vertex' });
  expect(server.seen).toMatchObject([
    {
      path: '/v1/projects/my-project/locations/europe-west1/publishers/anthropic/models/claude-opus-5-5@20260901:streamRawPredict',
      headers: { authorization: 'Bearer token-of-google' },
      body: { stream: true },
    },
  ]);
  expect(JSON.stringify(server.seen[0]?.headers)).not.toContain('key-of-main');
});
