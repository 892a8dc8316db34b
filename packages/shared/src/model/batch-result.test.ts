import { describe, expect, it } from 'vitest';
import { batchResult, type WireResult } from './batch-result.ts';
import type { LlmRequest } from './llm.ts';

const request: LlmRequest = { model: 'asked', system: '', messages: [], maxTokens: 10, jsonSchema: null };
const message = {
  model: 'claude-test-1',
  content: [
    { type: 'thinking', thinking: 'hm', signature: 's' },
    { type: 'text', text: 'Tea ' },
    { type: 'text', text: 'is fine.' },
  ],
  stop_reason: 'end_turn',
  usage: {
    input_tokens: 11,
    output_tokens: 7,
    cache_read_input_tokens: 5,
    cache_creation_input_tokens: null,
  },
};

function endOf(result: WireResult['result'], isSimulated = false) {
  const { customId, end } = batchResult({ custom_id: 'c-0', ...(result && { result }) }, isSimulated);
  expect(customId).toBe('c-0');
  return end;
}

describe('an answer of a batch', () => {
  it('is read like a streamed one', () => {
    const end = endOf({ type: 'succeeded', message });
    expect(end.kind === 'answered' && end.answer(request)).toEqual({
      text: 'Tea is fine.',
      stopReason: 'end_turn',
      usage: { inputTokens: 11, outputTokens: 7, cacheReadTokens: 5, cacheWriteTokens: 0 },
      model: 'claude-test-1',
      requestId: null,
      simulated: false,
      batched: true,
    });
  });

  it('keeps its blocks for a request with tools', () => {
    const blocks = [{ type: 'tool_use', id: 't', name: 'look', input: { at: 'tea' } }];
    const end = endOf(
      { type: 'succeeded', message: { ...message, content: blocks, stop_reason: 'tool_use' } },
      true,
    );
    const tools = [{ kind: 'own', name: 'look', description: 'x', inputSchema: {} }] as const;
    expect(end.kind === 'answered' && end.answer({ ...request, tools })).toMatchObject({
      text: '',
      blocks,
      stopReason: 'tool_use',
      simulated: true,
    });
  });

  it('says why the model declined', () => {
    const stop_details = { type: 'refusal', explanation: 'Not this.' };
    const end = endOf({ type: 'succeeded', message: { ...message, stop_reason: 'refusal', stop_details } });
    expect(end.kind === 'answered' && end.answer(request)).toMatchObject({
      stopReason: 'refusal',
      refusal: 'Not this.',
    });
  });
});

it.each([
  [{ type: 'errored', error: { error: { type: 'overloaded_error', message: 'x' } } }, 'retryable'],
  [{ type: 'errored', error: { error: { type: 'api_error', message: 'x' } } }, 'retryable'],
  [{ type: 'errored' }, 'retryable'],
  [{ type: 'errored', error: { error: { type: 'invalid_request_error', message: 'x' } } }, 'terminal'],
  [{ type: 'errored', error: { error: { type: 'not_found_error', message: 'x' } } }, 'terminal'],
] as [WireResult['result'], string][])('%j fails, and is %s', (result, kind) => {
  expect(endOf(result)).toMatchObject({ kind: 'failed', error: { failure: { kind } } });
});

it.each([
  [{ type: 'succeeded' }],
  [{ type: 'succeeded', message: { ...message, stop_reason: null } }],
  [undefined],
  [{ type: 'invented' } as never],
] as [WireResult['result']][])('%j can not be read', (result) => {
  expect(endOf(result)).toEqual({ kind: 'unreadable' });
});

it.each(['expired', 'canceled'] as const)('%s was not tried', (type) => {
  expect(endOf({ type })).toEqual({ kind: 'untried', why: type });
});
