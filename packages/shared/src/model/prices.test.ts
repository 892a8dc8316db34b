import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LlmRequest, LlmResponse, TokenUsage } from './llm.ts';
import { defaultPrices, moneyOf, moneyOfResponse, pricesWith, type PriceTable } from './prices.ts';

const none: TokenUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const million = 1_000_000;

function costOf(model: string, usage: TokenUsage, prices: PriceTable): number | null {
  return moneyOf(model, usage, prices).costUsd;
}

function costBy(model: string): (usage: Partial<TokenUsage>) => number | null {
  return (usage) => costOf(model, { ...none, ...usage }, defaultPrices);
}

describe('the cost of a call', () => {
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

describe('the cost of a response', () => {
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
    expect(moneyOfResponse(request, response, defaultPrices).costUsd).toBe(2);
    expect(moneyOfResponse(request, { ...response, model: 'opus (eu)' }, defaultPrices).costUsd).toBe(4);
    expect(
      moneyOfResponse({ ...request, model: 'x' }, { ...response, model: 'y' }, defaultPrices).costUsd,
    ).toBeNull();
  });

  test('a simulated answer is free', () => {
    expect(moneyOfResponse(request, { ...response, simulated: true }, defaultPrices).costUsd).toBe(0);
  });

  test('is counted for one that is simulated where rehearsals are priced', () => {
    const rehearsal = pricesWith({ simulated: true });
    expect(moneyOfResponse(request, { ...response, simulated: true }, rehearsal).costUsd).toBe(2);
  });

  test('holds what was paid for besides, and nothing of what another call has paid for', () => {
    const lost = { model: 'claude-opus-5-5', usage: { ...none, inputTokens: million } };
    expect(moneyOfResponse(request, { ...response, besides: [lost, lost] }, defaultPrices).costUsd).toBe(10);
    expect(moneyOfResponse(request, { ...response, borrowed: true }, defaultPrices).costUsd).toBe(0);
    const unknown = { ...lost, model: 'x' };
    expect(moneyOfResponse(request, { ...response, besides: [unknown] }, defaultPrices).costUsd).toBeNull();
  });
});

describe('what is saved', () => {
  const saved = (usage: Partial<TokenUsage>, batched = false): number | null =>
    moneyOf('claude-sonnet-5-5', { ...none, ...usage }, defaultPrices, batched).savedUsd;

  test('by the cache is what reading it costs less, and writing it more, than plain tokens', () => {
    expect(saved({ inputTokens: million, outputTokens: million })).toBe(0);
    expect(saved({ cacheReadTokens: million })).toBe(1.8);
    expect(saved({ cacheWriteTokens: million })).toBe(-0.5);
  });

  test('by a batch is half of what is left', () => {
    expect(saved({ inputTokens: million }, true)).toBe(1);
    expect(saved({ cacheReadTokens: million }, true)).toBe(1.9);
  });

  test('searches cost the same whatever else they come with', () => {
    const usage = { ...none, webSearches: 3 };
    expect(moneyOf('claude-sonnet-5-5', usage, defaultPrices)).toEqual({ costUsd: 0.03, savedUsd: 0 });
    expect(moneyOf('claude-sonnet-5-5', usage, defaultPrices, true)).toEqual({ costUsd: 0.03, savedUsd: 0 });
  });
});
