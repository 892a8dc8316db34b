import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { createAnthropicLlm } from './anthropic.ts';
import type { LlmCallOptions, LlmRequest } from './llm.ts';
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
} from './testing/messages-server.ts';

const request: LlmRequest = {
  model: 'claude-test-1',
  system: '',
  messages: [{ role: 'user', text: 'Where is Brno?' }],
  maxTokens: 100,
  jsonSchema: null,
  tools: [{ kind: 'own', name: 'geocode', description: 'Where', inputSchema: { type: 'object' } }],
};

const servers: MessagesServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function ask(
  answer: (response: ServerResponse) => unknown,
  more: { request?: Partial<LlmRequest>; options?: Partial<LlmCallOptions>; idleTimeoutMs?: number } = {},
) {
  const server = await serveMessages((response) => {
    openStream(response);
    answer(response);
  });
  servers.push(server);
  const { idleTimeoutMs = 5_000 } = more;
  const llm = createAnthropicLlm({ apiKey: 'key', baseUrl: server.url, idleTimeoutMs, timeoutMs: 10_000 });
  const signal = new AbortController().signal;
  return llm.call({ ...request, ...more.request }, { signal, ...more.options });
}

function block(index: number, start: object, ...deltas: object[]): string {
  return [
    sse({ type: 'content_block_start', index, content_block: start }),
    ...deltas.map((delta) => sse({ type: 'content_block_delta', index, delta })),
    sse({ type: 'content_block_stop', index }),
  ].join('');
}

const use = { type: 'tool_use', id: 'toolu_1', name: 'geocode', caller: { type: 'direct' } };
const toolUse = block(
  1,
  { ...use, input: {} },
  ...['{"ci', 'ty":"Brno"}'].map((json) => ({
    type: 'input_json_delta',
    partial_json: json,
  })),
);

test('a call of a tool is answered with its blocks, which can be sent back', async () => {
  const answer = await ask((response) =>
    response.end(startEvent + textBlock(0, 'I look.') + toolUse + deltaEvent('tool_use') + stopEvent),
  );
  expect(answer).toMatchObject({
    text: 'I look.',
    stopReason: 'tool_use',
    blocks: [
      { type: 'text', text: 'I look.' },
      { ...use, input: { city: 'Brno' } },
    ],
  });
  expect(answer).not.toHaveProperty('sources');
});

test('without tools no blocks are kept', async () => {
  expect(
    await ask((response) => response.end(wholeMessage('ok')), { request: { tools: [] } }),
  ).not.toHaveProperty('blocks');
});

test('searches are counted, and their pages told', async () => {
  const found = { type: 'web_search_result', url: 'https://a.example', title: 'A', encrypted_content: 'x' };
  const results = { type: 'web_search_tool_result', tool_use_id: 's1', content: [found] };
  const usage = sse({
    type: 'message_delta',
    delta: { stop_reason: 'end_turn' },
    usage: { output_tokens: 3, server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 } },
  });
  expect(
    await ask((response) =>
      response.end(startEvent + block(0, results) + textBlock(1, 'A.') + usage + stopEvent),
    ),
  ).toMatchObject({
    text: 'A.',
    blocks: [results, { text: 'A.' }],
    sources: [{ url: 'https://a.example', title: 'A' }],
    usage: { webSearches: 1 },
  });
});

test('the reason of a refusal is told', async () => {
  const details = { type: 'refusal', category: 'cyber', explanation: 'Too risky.' };
  const refused = sse({ type: 'message_delta', delta: { stop_reason: 'refusal', stop_details: details } });
  expect(await ask((response) => response.end(startEvent + refused + stopEvent))).toMatchObject({
    stopReason: 'refusal',
    refusal: 'Too risky. (category: cyber)',
  });
});

test('the begin of an answer is told once', async () => {
  let begun = 0;
  const onBegun = (): void => {
    begun += 1;
  };
  await ask((response) => response.end(startEvent + wholeMessage('ok')), { options: { onBegun } });
  expect(begun).toBe(1);
});

test('a call that is cancelled in mid-answer tells what it has used: input as counted, output by its length', async () => {
  const caller = new AbortController();
  const spent: unknown[] = [];
  const call = ask((response) => response.write(startEvent + textBlock(0, 'x'.repeat(350))), {
    options: {
      signal: caller.signal,
      onText: () => caller.abort(),
      onSpent: (one) => spent.push(one),
    },
  });
  await expect(call).rejects.toMatchObject({ type: 'cancelled' });
  expect(spent).toEqual([
    {
      model: 'claude-test-1-20260901',
      usage: { inputTokens: 11, outputTokens: 100, cacheReadTokens: 5, cacheWriteTokens: 0 },
    },
  ]);
});

test.each([
  [
    'cancelled before its answer began',
    (response: ServerResponse, cancel: () => void) => {
      response.flushHeaders();
      cancel();
    },
  ],
  ['lost in mid-answer', (response: ServerResponse) => response.write(startEvent, () => response.destroy())],
])('a call that is %s tells nothing of the kind', async (_case, answer) => {
  const caller = new AbortController();
  const spent: unknown[] = [];
  const call = ask((response) => answer(response, () => caller.abort()), {
    options: { signal: caller.signal, onSpent: (one) => spent.push(one) },
  });
  await expect(call).rejects.toThrow();
  expect(spent).toEqual([]);
});

test("the endpoint's own tools may take their time while it pings, and a tool's input may not stall", async () => {
  const search = block(0, { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} });
  const slow = await ask(
    (response) => {
      response.write(startEvent + search);
      let pings = 0;
      const timer = setInterval(() => {
        pings += 1;
        if (pings < 10) response.write(sse({ type: 'ping' }));
        else response.end(textBlock(1, 'Done.') + deltaEvent('end_turn') + stopEvent);
      }, 40);
      response.on('close', () => clearInterval(timer));
    },
    { idleTimeoutMs: 200 },
  );
  expect(slow.text).toBe('Done.');
  const stalled = ask((response) => response.write(startEvent + toolUse.slice(0, -100)), {
    idleTimeoutMs: 50,
  });
  await expect(stalled).rejects.toMatchObject({ type: 'idle_timeout', failure: { kind: 'retryable' } });
});
