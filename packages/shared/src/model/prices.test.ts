import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LlmRequest, LlmResponse, TokenUsage } from './llm.ts';
import { costOf, defaultPrices, priceOfResponse, pricesWith } from './prices.ts';

const none: TokenUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const million = 1_000_000;

function costBy(model: string): (usage: Partial<TokenUsage>) => number | null {
  return (usage) => costOf(model, { ...none, ...usage }, defaultPrices);
}

describe('costOf', () => {
  test.each([
    ['claude-fable-5-2', 8, 40, 10, 0.2],
    ['claude-opus-5-5', 4, 20, 5, 0.2],
    ['claude-sonnet-5-5', 2, 10, 2.5, 0.2],
  ])('%s', (model, input, output, cacheWrite, cacheRead) => {
    const cost = costBy(model);
    expect(cost({ inputTokens: million })).toBe(input);
    expect(cost({ outputTokens: million })).toBe(output);
    expect(cost({ cacheWriteTokens: million })).toBe(cacheWrite);
    expect(cost({ cacheReadTokens: million })).toBe(cacheRead);
    expect(cost({ inputTokens: 1, outputTokens: 1 })).toBe(Math.round((input + output) * 1_000) / 1e9);
  });

  test("haiku's tier goes by the whole prompt, cached tokens included", () => {
    const cost = costBy('claude-haiku-5-5');
    expect(cost({ inputTokens: 100_000 })).toBe(0.01);
    expect(cost({ inputTokens: 100_001 })).toBe(0.0500005);
    expect(cost({ inputTokens: 60_000, cacheWriteTokens: 40_000 })).toBe(0.011);
    expect(cost({ inputTokens: 60_000, cacheWriteTokens: 40_001 })).toBe(0.055000625);
  });

  test('a price that is not known makes the cost unknown, only when it matters', () => {
    expect(costOf('claude-haiku-5-5', { ...none, cacheReadTokens: 1 }, defaultPrices)).toBeNull();
    expect(costOf('claude-haiku-5-5', { ...none, inputTokens: 1 }, defaultPrices)).toBe(1e-7);
    expect(costOf('claude-unheard-of', none, defaultPrices)).toBeNull();
    expect(costOf('constructor', none, defaultPrices)).toBeNull();
  });

  test('a date at the end of an id is looked past, nothing else is', () => {
    const usage = { ...none, inputTokens: million };
    expect(costOf('claude-opus-5-5-20260901', usage, defaultPrices)).toBe(4);
    expect(costOf('claude-opus-5-5-latest', usage, defaultPrices)).toBeNull();
    expect(costOf('anthropic/claude-opus-5-5', usage, defaultPrices)).toBeNull();
    expect(costOf('claude-opus-5', usage, defaultPrices)).toBeNull();
  });

  test('tokens cost what each of them costs, to a billionth of a dollar', () => {
    const count = fc.nat({ max: 2_000_000 });
    fc.assert(
      fc.property(count, count, count, (inputTokens, outputTokens, cacheReadTokens) => {
        const usage = { ...none, inputTokens, outputTokens, cacheReadTokens };
        const exact = inputTokens * 2_000 + outputTokens * 10_000 + cacheReadTokens * 200;
        expect(costOf('claude-sonnet-5-5', usage, defaultPrices)).toBe(exact / 1e9);
      }),
    );
  });
});

describe('pricesWith', () => {
  const tier = { upToPromptTokens: null, input: 1, output: 2, cacheWrite: 1.25, cacheRead: null };
  const override = { asOf: '2027-01', source: 'our contract', models: { 'local-model': [tier] } };

  test('adds to the defaults and replaces them', () => {
    const prices = pricesWith({ ...override, models: { ...override.models, 'claude-opus-5-5': [tier] } });
    expect(prices.asOf).toBe('2027-01');
    expect(costOf('local-model', { ...none, outputTokens: million }, prices)).toBe(2);
    expect(costOf('claude-opus-5-5', { ...none, outputTokens: million }, prices)).toBe(2);
    expect(costOf('claude-sonnet-5-5', { ...none, outputTokens: million }, prices)).toBe(10);
  });

  test('a prompt beyond the last tier has no price', () => {
    const prices = pricesWith({ ...override, models: { small: [{ ...tier, upToPromptTokens: 10 }] } });
    expect(costOf('small', { ...none, inputTokens: 10 }, prices)).toBe(0.00001);
    expect(costOf('small', { ...none, inputTokens: 11 }, prices)).toBeNull();
  });

  test('a price below a billionth of a dollar per token is rounded in the sum, not before', () => {
    const prices = pricesWith({ models: { small: [{ ...tier, input: 0.0004 }] } });
    expect(costOf('small', { ...none, inputTokens: 1 }, prices)).toBe(0);
    expect(costOf('small', { ...none, inputTokens: 4 }, prices)).toBe(2e-9);
    expect(costOf('small', { ...none, inputTokens: million }, prices)).toBe(0.0004);
  });

  test('nothing given changes nothing', () => {
    expect(pricesWith({})).toEqual(defaultPrices);
  });

  test('names every mistake at once', () => {
    const models = { m: [{ ...tier, input: -1 }], n: [tier, { ...tier, upToPromptTokens: 5 }] };
    expect(() => pricesWith({ asOf: '', sauce: '', models })).toThrow(
      /"sauce"[\s\S]*at asOf[\s\S]*rising[\s\S]*at models\.m\[0\]\.input/,
    );
  });
});

describe('priceOfResponse', () => {
  const request: LlmRequest = {
    model: 'claude-opus-5-5',
    system: '',
    messages: [],
    maxTokens: 1,
    jsonSchema: null,
  };
  const response: LlmResponse = {
    text: '',
    stopReason: 'end_turn',
    usage: { ...none, inputTokens: million },
    model: 'claude-sonnet-5-5-20260901',
    requestId: null,
    simulated: false,
  };

  test('goes by the model that answered, else by the one that was asked', () => {
    expect(priceOfResponse(request, response, defaultPrices)).toBe(2);
    expect(priceOfResponse(request, { ...response, model: 'opus (eu)' }, defaultPrices)).toBe(4);
    expect(
      priceOfResponse({ ...request, model: 'x' }, { ...response, model: 'y' }, defaultPrices),
    ).toBeNull();
  });

  test('a simulated answer is free', () => {
    expect(priceOfResponse(request, { ...response, simulated: true }, defaultPrices)).toBe(0);
  });
});
