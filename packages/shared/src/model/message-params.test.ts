import { expect, test } from 'vitest';
import type { LlmRequest } from './llm.ts';
import { messageParams } from './message-params.ts';

const request: LlmRequest = {
  model: 'm',
  system: '',
  messages: [{ role: 'user', text: 'Hi' }],
  maxTokens: 100,
  jsonSchema: null,
};

test('a plain request has plain messages and nothing else', () => {
  expect(messageParams(request)).toEqual({
    model: 'm',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hi' }],
  });
});

test('what several calls share comes first and is marked for the cache', () => {
  const { messages } = messageParams({
    ...request,
    messages: [
      { role: 'user', shared: 'Goal', text: 'Task' },
      { role: 'user', shared: 'Goal', text: '' },
    ],
  });
  const shared = { type: 'text', text: 'Goal', cache_control: { type: 'ephemeral' } };
  expect(messages).toEqual([
    { role: 'user', content: [shared, { type: 'text', text: 'Task' }] },
    { role: 'user', content: [shared] },
  ]);
});

test('blocks go back as they came, but for empty text and half surrogate pairs', () => {
  const thinking = { type: 'thinking', thinking: 'hm \u{1F600}', signature: 's' };
  const result = { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'a\uD83D' }] };
  const { messages } = messageParams({
    ...request,
    messages: [
      { role: 'assistant', text: 'said', blocks: [thinking, { type: 'text', text: ' \n' }] },
      { role: 'user', text: '', blocks: [result] },
    ],
  });
  expect(messages).toEqual([
    { role: 'assistant', content: [thinking] },
    { role: 'user', content: [{ ...result, content: [{ type: 'text', text: 'a\uFFFD' }] }] },
  ]);
  expect(messages[0]?.content[0]).toBe(thinking);
});

test('own tools and those of the endpoint are listed as the API knows them', () => {
  const inputSchema = { type: 'object', properties: {} };
  const { tools } = messageParams({
    ...request,
    tools: [
      { kind: 'own', name: 'geocode', description: 'Where', inputSchema },
      { kind: 'web_search', maxUses: 3, allowedDomains: ['a.example'] },
      { kind: 'web_fetch', maxUses: 2, blockedDomains: ['b.example'] },
    ],
  });
  expect(tools).toEqual([
    { name: 'geocode', description: 'Where', input_schema: inputSchema },
    {
      type: 'web_search_20260318',
      name: 'web_search',
      max_uses: 3,
      allowed_domains: ['a.example'],
      allowed_callers: ['direct'],
    },
    {
      type: 'web_fetch_20260318',
      name: 'web_fetch',
      max_uses: 2,
      blocked_domains: ['b.example'],
      allowed_callers: ['direct'],
      max_content_tokens: 30_000,
      citations: { enabled: true },
    },
  ]);
  expect(messageParams({ ...request, tools: [] })).not.toHaveProperty('tools');
});

test('tools may be named and forbidden', () => {
  const tools = [{ kind: 'own', name: 'look', description: 'd', inputSchema: { type: 'object' } }] as const;
  const params = messageParams({ ...request, tools, toolChoice: 'none' });
  expect(params).toMatchObject({ tools: [{ name: 'look' }], tool_choice: { type: 'none' } });
});
