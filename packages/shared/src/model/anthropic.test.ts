import { afterEach, expect, test } from 'vitest';
import type { ServerResponse } from 'node:http';
import { createAnthropicLlm } from './anthropic.ts';
import type { LlmRequest, LlmResponse } from './llm.ts';
import {
  deltaEvent,
  openStream,
  serveMessages,
  sse,
  startEvent,
  stopEvent,
  textBlock,
  wholeMessage,
  type MessagesServer,
  type SeenRequest,
} from './testing/messages-server.ts';

const request: LlmRequest = {
  model: 'claude-test-1',
  system: 'You answer.',
  messages: [{ role: 'user', text: 'Say hello.' }],
  maxTokens: 100,
  jsonSchema: null,
};

const servers: MessagesServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(answer: (response: ServerResponse, seen: SeenRequest) => void): Promise<MessagesServer> {
  const server = await serveMessages(answer);
  servers.push(server);
  return server;
}

async function ask(
  server: MessagesServer,
  options: { request?: Partial<LlmRequest>; onText?: (delta: string) => void; signal?: AbortSignal } = {},
): Promise<LlmResponse> {
  const llm = createAnthropicLlm({
    apiKey: 'key',
    baseUrl: server.url,
    idleTimeoutMs: 5_000,
    timeoutMs: 10_000,
  });
  return llm.call(
    { ...request, ...options.request },
    {
      signal: options.signal ?? new AbortController().signal,
      ...(options.onText && { onText: options.onText }),
    },
  );
}

test('a streamed message becomes a response, with its text handed over piece by piece', async () => {
  const server = await serve((response) => {
    openStream(response);
    response.end(startEvent + textBlock(0, 'Hel', 'lo') + deltaEvent('end_turn') + stopEvent);
  });
  const pieces: string[] = [];
  const answer = await ask(server, { onText: (delta) => pieces.push(delta) });
  expect(pieces).toEqual(['Hel', 'lo']);
  expect(answer).toEqual({
    text: 'Hello',
    stopReason: 'end_turn',
    usage: { inputTokens: 11, outputTokens: 7, cacheReadTokens: 5, cacheWriteTokens: 0 },
    model: 'claude-test-1-20260901',
    requestId: 'req_1',
    simulated: false,
  } satisfies LlmResponse);
});

test('the request holds what the API takes and nothing it refuses', async () => {
  const server = await serve((response) => {
    openStream(response);
    response.end(wholeMessage('ok'));
  });
  await ask(server);
  const [seen] = server.seen;
  expect(seen?.path).toBe('/v1/messages');
  expect(seen?.headers).toMatchObject({ authorization: 'Bearer key', 'x-api-key': 'key' });
  expect(seen?.body).toEqual({
    model: 'claude-test-1',
    max_tokens: 100,
    system: 'You answer.',
    messages: [{ role: 'user', content: 'Say hello.' }],
    stream: true,
  });
});

test('a JSON schema goes out as the output format, and an empty system prompt not at all', async () => {
  const server = await serve((response) => {
    openStream(response);
    response.end(wholeMessage('{}'));
  });
  const schema = { type: 'object', properties: {}, additionalProperties: false };
  await ask(server, { request: { jsonSchema: schema, system: '' } });
  expect(server.seen[0]?.body).toMatchObject({ output_config: { format: { type: 'json_schema', schema } } });
  expect(server.seen[0]?.body).not.toHaveProperty('system');
});

test('half a surrogate pair is replaced, a whole one kept', async () => {
  const server = await serve((response) => {
    openStream(response);
    response.end(wholeMessage('ok'));
  });
  await ask(server, { request: { messages: [{ role: 'user', text: 'a\u{1F600}b\uD83D' }] } });
  expect(server.seen[0]?.body).toMatchObject({
    messages: [{ role: 'user', content: 'a\u{1F600}b\uFFFD' }],
  });
});

test('text blocks are joined; thinking and tool blocks are left out', async () => {
  const server = await serve((response) => {
    openStream(response);
    response.end(
      startEvent +
        sse({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } }) +
        sse({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } }) +
        textBlock(1, '{"a":') +
        sse({
          type: 'content_block_start',
          index: 2,
          content_block: { type: 'tool_use', id: 't', name: 'n', input: {} },
        }) +
        textBlock(3, '1}') +
        deltaEvent('end_turn') +
        stopEvent,
    );
  });
  expect((await ask(server)).text).toBe('{"a":1}');
});

test('usage is the cumulative count, whichever event brings it', async () => {
  const server = await serve((response) => {
    openStream(response);
    response.end(
      startEvent +
        deltaEvent('end_turn', {
          input_tokens: 0,
          output_tokens: 42,
          cache_read_input_tokens: null,
          cache_creation_input_tokens: 9,
        }) +
        stopEvent,
    );
  });
  expect((await ask(server)).usage).toEqual({
    inputTokens: 11,
    outputTokens: 42,
    cacheReadTokens: 5,
    cacheWriteTokens: 9,
  });
});

test.each(['refusal', 'max_tokens'])('%s is a response, with its usage', async (stopReason) => {
  const server = await serve((response) => {
    openStream(response);
    response.end(wholeMessage('part', stopReason));
  });
  expect(await ask(server)).toMatchObject({ stopReason, text: 'part', usage: { outputTokens: 7 } });
});

test('what comes after the end of the message is ignored', async () => {
  const server = await serve((response) => {
    openStream(response);
    response.end(wholeMessage('ok') + textBlock(1, '!'));
  });
  expect((await ask(server)).text).toBe('ok');
});

test.each([
  ['true', true],
  ['false', false],
])("a reply with baton-simulated: %s is the emulator's: %s", async (value, simulated) => {
  const server = await serve((response) => {
    openStream(response, { 'baton-simulated': value });
    response.end(wholeMessage('ok'));
  });
  expect((await ask(server)).simulated).toBe(simulated);
});

test('a whole message is a success even when the connection then breaks', async () => {
  const server = await serve((response) => {
    openStream(response);
    response.write(wholeMessage('ok'), () => response.destroy());
  });
  expect((await ask(server)).text).toBe('ok');
});

test('a whole message is a success even when the server never ends the response', async () => {
  const server = await serve((response) => {
    openStream(response);
    response.write(wholeMessage('ok'));
  });
  expect((await ask(server)).text).toBe('ok');
});

test('a whole message is a success even when the caller cancels while it is closed', async () => {
  const caller = new AbortController();
  const server = await serve((response) => {
    openStream(response);
    response.write(wholeMessage('ok'));
  });
  const answer = await ask(server, {
    signal: caller.signal,
    onText: () => setImmediate(() => caller.abort()),
  });
  expect(answer.text).toBe('ok');
});

test('calls one after the other share connections, even when a reply ends some time after its message', async () => {
  const ports = new Set<number | undefined>();
  const replies: ServerResponse[] = [];
  const server = await serve((response) => {
    ports.add(response.socket?.remotePort);
    replies.push(response);
    openStream(response);
    response.write(wholeMessage('ok'));
  });
  for (let call = 0; call < 6; call += 1) {
    await ask(server, { onText: () => setImmediate(() => replies.at(-1)?.end()) });
  }
  expect(ports.size).toBeLessThan(6);
});

const unused = { idleTimeoutMs: 1, timeoutMs: 1 };

test('an endpoint that is not a URL is refused at once', () => {
  expect(() => createAnthropicLlm({ ...unused, apiKey: 'key', baseUrl: 'nowhere' })).toThrow('Invalid URL');
});

test.each(['', 'k\u00E9y', 'se cret', 'secret\nsecret'])(
  'the key %j is refused at once, without quoting it',
  (apiKey) => {
    expect(() => createAnthropicLlm({ ...unused, apiKey, baseUrl: null })).toThrow(
      /^ANTHROPIC_API_KEY is empty or holds [^\n]*$/,
    );
  },
);
