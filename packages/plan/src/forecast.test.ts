import { describe, expect, it } from 'vitest';
import { needOf, withReviews, type Work } from './forecast.ts';

const work: Work = { inputTokens: 1_000, outputTokens: 200, seconds: 10 };

describe('the work of a task', () => {
  it('is itself where nothing is judged', () => {
    expect(withReviews(work, { rounds: 0, judges: 3 })).toEqual({
      own: work,
      judging: { inputTokens: 0, outputTokens: 0, seconds: 0 },
    });
  });

  it('counts one revision, and each judge of both versions', () => {
    expect(withReviews(work, { rounds: 5, judges: 3 })).toEqual({
      own: { inputTokens: 2_200, outputTokens: 400, seconds: 20 },
      judging: { inputTokens: 6 * 1_700, outputTokens: 6 * 800, seconds: 20 },
    });
  });
});

it('a sum has no known price as soon as one part has none', () => {
  const known = { tokens: 1, costUsd: 0.5 };
  expect(needOf([known, known])).toEqual({ tokens: 2, costUsd: 1 });
  expect(needOf([known, { tokens: 2, costUsd: null }])).toEqual({ tokens: 3, costUsd: null });
});
