import { expect, test } from 'vitest';
import type { CallSamples, Sample } from './call-samples.ts';
import type { LlmRequest } from './llm.ts';
import { defaultPrices } from './prices.ts';
import { withSamples } from './sampled-llm.ts';
import { scriptedLlm, type ScriptLine } from './testing/scripted-llm.ts';

const request: LlmRequest = {
  model: 'claude-sonnet-5-5',
  system: '',
  messages: [{ role: 'user', text: 'Hello' }],
  maxTokens: 100,
  jsonSchema: null,
};

function sampled(...lines: readonly ScriptLine[]) {
  const noted: [string, string, string, Sample][] = [];
  const sending: boolean[] = [];
  const samples: CallSamples = { note: (...note) => noted.push(note), typical: async () => null };
  const llm = withSamples(scriptedLlm(...lines), samples, 'writer', defaultPrices);
  const signal = new AbortController().signal;
  const call = () => llm.call(request, { signal, onSending: (isSending) => sending.push(isSending) });
  return { call, noted, sending };
}

test('an answered call is noted with all its prompt, and with what it cost', async () => {
  const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 100, cacheWriteTokens: 1_000 };
  const { call, noted, sending } = sampled({ usage });
  await call();
  expect(noted).toEqual([
    [
      'calls',
      'writer',
      'claude-sonnet-5-5',
      { ms: expect.any(Number), inputTokens: 1_110, outputTokens: 5, costUsd: 0.00259 },
    ],
  ]);
  expect(sending).toEqual([true, false]);
});

test('a call without an answer is not noted, and is told to be over', async () => {
  const { call, noted, sending } = sampled(new Error('lost'));
  await expect(call()).rejects.toThrow('lost');
  expect(noted).toEqual([]);
  expect(sending).toEqual([true, false]);
});
