import { expect, test } from 'vitest';
import { cachePaysBy, neverCached } from './cache-worth.ts';
import { uncached, withCachedPrompts } from './cached-prompts.ts';
import type { LlmRequest } from './llm.ts';
import { messageParams } from './message-params.ts';
import { defaultPrices } from './prices.ts';
import { scriptedLlm } from './testing/scripted-llm.ts';

const options = { signal: new AbortController().signal };
const pays = cachePaysBy(defaultPrices);
const long = 'Each word counts. '.repeat(1_000);
const tool = { kind: 'own', name: 'look', description: 'd', inputSchema: { type: 'object' } } as const;
const sharing: LlmRequest = {
  model: 'claude-sonnet-5-5',
  system: 's',
  messages: [{ role: 'user', shared: long, text: 'task' }],
  maxTokens: 10,
  jsonSchema: null,
};
const talking: LlmRequest = {
  ...sharing,
  messages: [
    { role: 'user', text: long },
    { role: 'assistant', text: '', blocks: [{ type: 'tool_use', id: 'a', name: 'look', input: {} }] },
    { role: 'user', text: '', blocks: [{ type: 'tool_result', tool_use_id: 'a', content: 'seen' }] },
  ],
  tools: [tool],
};

async function sent(request: LlmRequest, how = pays) {
  const llm = scriptedLlm({});
  await withCachedPrompts(llm, how).call(request, options);
  return llm.requests[0];
}

test('what calls share stays set off for a model whose cache has a price', async () => {
  expect(await sent(sharing)).toEqual(sharing);
});

test.each([
  ['has none', 'claude-haiku-5-5'],
  ['is not known', 'llama'],
])('it is said whole to a model whose cache price %s', async (_, model) => {
  const messages = [{ role: 'user', text: `${long}task` }];
  expect(await sent({ ...sharing, model })).toEqual({ ...sharing, model, messages });
});

test('a conversation with tools is cached as it grows', async () => {
  const request = await sent(talking);
  expect(request).toEqual({ ...talking, cacheAll: true });
  expect(request && messageParams(request).cache_control).toEqual({ type: 'ephemeral' });
});

test.each<[string, Partial<LlmRequest>]>([
  ['without tools', { tools: [] }],
  ['with tools of the endpoint alone', { tools: [{ kind: 'web_search', maxUses: 1 }] }],
  ['that is short', { messages: [{ role: 'user', text: 'short' }] }],
  ['with a model whose cache has no known price', { model: 'claude-haiku-5-5' }],
])('a conversation %s is not', async (_, change) => {
  const request = await sent({ ...talking, ...change });
  expect(request).toEqual({ ...talking, ...change });
  expect(request && messageParams(request)).not.toHaveProperty('cache_control');
});

test('a request says the same with nothing of it to be cached', () => {
  const request: LlmRequest = { ...sharing, tools: [tool], cacheAll: true };
  const messages = [{ role: 'user', text: `${long}task` }];
  expect(uncached(request)).toEqual({ ...sharing, tools: [tool], messages });
  expect(uncached({ ...talking, cacheAll: true })).toEqual(talking);
});

test('nothing is cached where caching is off', async () => {
  expect(await sent(talking, neverCached)).toEqual(talking);
});
