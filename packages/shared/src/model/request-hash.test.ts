import { expect, test } from 'vitest';
import type { LlmRequest } from './llm.ts';
import { requestHash } from './request-hash.ts';

const request: LlmRequest = {
  model: 'm',
  system: 's',
  messages: [{ role: 'user', text: 't' }],
  maxTokens: 1,
  jsonSchema: { type: 'object', properties: { a: { type: 'string', enum: ['x', 'y'] } } },
};

test('is the same for the same request, in whatever order its keys stand', () => {
  const reordered: LlmRequest = {
    jsonSchema: { properties: { a: { enum: ['x', 'y'], type: 'string' } }, type: 'object' },
    maxTokens: 1,
    messages: [{ text: 't', role: 'user' }],
    system: 's',
    model: 'm',
  };
  expect(requestHash(reordered)).toBe(requestHash(request));
  expect(requestHash(request)).toMatch(/^[0-9a-f]{64}$/);
});

test('is the same whatever of the request is set off to be cached', () => {
  const said: LlmRequest = { ...request, messages: [{ role: 'user', text: 'goal\ntask' }] };
  const setOff: LlmRequest = { ...request, messages: [{ role: 'user', shared: 'goal\n', text: 'task' }] };
  expect(requestHash(setOff)).toBe(requestHash(said));
  expect(requestHash({ ...setOff, cacheAll: true })).toBe(requestHash(said));
  const blocks = [{ type: 'text', text: 'task' }];
  const inBlocks: LlmRequest = { ...request, messages: [{ role: 'user', text: 'task', blocks }] };
  expect(requestHash(inBlocks)).not.toBe(
    requestHash({ ...request, messages: [{ role: 'user', text: 'task' }] }),
  );
});

test.each<[string, Partial<LlmRequest>]>([
  ['model', { model: 'n' }],
  ['system', { system: 'S' }],
  ['messages', { messages: [...request.messages, { role: 'user', text: 't' }] }],
  ['maxTokens', { maxTokens: 2 }],
  ['jsonSchema', { jsonSchema: null }],
  [
    'order in a list',
    { jsonSchema: { type: 'object', properties: { a: { type: 'string', enum: ['y', 'x'] } } } },
  ],
])('differs by %s', (_case, change) => {
  expect(requestHash({ ...request, ...change })).not.toBe(requestHash(request));
});
