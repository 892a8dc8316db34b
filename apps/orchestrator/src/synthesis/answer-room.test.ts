import { describe, expect, it } from 'vitest';
import { defaultModelTiers } from '@baton/shared/model/model-tiers';
import { defaultPrices, moneyOf } from '@baton/shared/model/prices';
import { answerWithin, promptWithin, saysEnough, tierWithin } from './answer-room.ts';

const window = { promptTokens: 100_000, answerTokens: 32_000 };
const free = { tokens: null, costUsd: null };
const models = {
  tiers: defaultModelTiers,
  costOf: (model: string, usage: Parameters<typeof moneyOf>[1]) =>
    moneyOf(model, usage, defaultPrices).costUsd,
};

describe('what is left of a budget for an answer', () => {
  it('is the whole window where there is none, or more than that is left', () => {
    for (const room of [free, { ...free, tokens: 200_000 }]) {
      expect(promptWithin(window, room)).toBe(100_000);
      expect(answerWithin(window, room, 50_000)).toBe(32_000);
    }
  });

  it('leaves an answer room beside its prompt, and keeps both within it', () => {
    const room = { ...free, tokens: 5_000 };
    expect(promptWithin(window, room)).toBe(4_400);
    expect(answerWithin(window, room, 3_000)).toBe(2_000);
    expect(promptWithin(window, { ...free, tokens: 100 })).toBe(0);
  });

  it('asks the strongest model that it pays for, and the cheapest where it pays for none', () => {
    const asked = { promptTokens: 10_000, answerTokens: 32_000 };
    const tierFor = (costUsd: number | null) => tierWithin(models, { ...free, costUsd }, asked);
    // Prompts of 10,000 tokens and answers of 2,000: $0.08, $0.04 and $0.002.
    expect([null, 1, 0.08, 0.07, 0.04, 0.039, 0.002, 0].map(tierFor)).toEqual([
      'strong',
      'strong',
      'strong',
      'balanced',
      'balanced',
      'fast',
      'fast',
      'fast',
    ]);
    expect(tierWithin({ ...models, costOf: () => null }, { ...free, costUsd: 1 }, asked)).toBe('strong');
  });

  it('is not enough where less than half of the results is told', () => {
    const part = { part: 'dependency', taskId: 'tea', of: 1_000 } as const;
    expect(saysEnough([], 1_000)).toBe(true);
    expect(saysEnough([{ ...part, kept: 500 }], 1_000)).toBe(true);
    expect(saysEnough([{ ...part, kept: 499 }], 1_000)).toBe(false);
    expect(saysEnough([{ ...part, part: 'context', kept: 0 }], 1_000)).toBe(true);
  });
});
