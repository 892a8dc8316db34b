import { expect, it } from 'vitest';
import type { Forecast, PartForecast } from '../contract/forecast.ts';
import { forecastLines } from './forecast-lines.ts';

const part: PartForecast = {
  model: 'claude-sonnet-5-5',
  tokens: 6_120,
  costUsd: 0.0286,
  seconds: 21.4,
  samples: 118,
  basis: 'history',
};
const forecast: Forecast = {
  tokens: 15_600,
  costUsd: 0.1275,
  seconds: 62.6,
  synthesis: { ...part, model: 'claude-opus-5-5', costUsd: null, samples: 0, basis: 'prior' },
  tasks: [{ taskId: 'sights', ...part }],
  budget: null,
  warnings: ['A guess.'],
};

it('tells the whole, each part and what it rests on, and what is not known', () => {
  expect(forecastLines(forecast)).toEqual([
    'Forecast: 16k tokens · $0.13 · 1m02s',
    '  PART          MODEL              TOKENS  COST     TIME   RESTS ON',
    '  sights        claude-sonnet-5-5  6.1k    $0.0286  21.4s  118 past ones',
    '  (the answer)  claude-opus-5-5    6.1k    $?       21.4s  a guess',
    'Note: A guess.',
  ]);
});

it('tells what a budget does', () => {
  const within = { tokens: 9_000, costUsd: 0.05, fits: true, cheaper: [], leftOut: [] };
  const linesOf = (budget: Forecast['budget']) => forecastLines({ ...forecast, budget }).slice(4, -1);
  expect(linesOf(within)).toEqual(['For the budget no task is left out, and none uses a cheaper model.']);
  const cheaper = [{ taskId: 'route', model: 'claude-haiku-5-5' }];
  expect(linesOf({ ...within, cheaper, leftOut: ['sights', 'food'] })).toEqual([
    'Within the budget: 9.0k tokens · $0.0500',
    '  route uses claude-haiku-5-5',
    '  left out: sights, food',
  ]);
});
