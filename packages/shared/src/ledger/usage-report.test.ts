import { expect, it } from 'vitest';
import { usageCsv } from './usage-csv.ts';
import { reportOf, type UsageDay } from './usage-report.ts';

const days: UsageDay[] = [
  {
    day: '2026-03-01',
    fields: {
      tokens: '130',
      costNanoUsd: '1500',
      'calls researcher claude-a': '2',
      'inputTokens researcher claude-a': '80',
      'outputTokens researcher claude-a': '20',
      'costNanoUsd researcher claude-a': '1000',
      'calls :planner claude-b': '1',
      'inputTokens :planner claude-b': '30',
      'costNanoUsd :planner claude-b': '500',
      'savedNanoUsd :planner claude-b': '-7',
    },
  },
  {
    day: '2026-03-02',
    fields: {
      'calls researcher claude-a': '1',
      'costNanoUsd researcher claude-a': '250',
      'calls researcher my models/llama 3:8b': '3',
      'unpricedCalls researcher my models/llama 3:8b': '3',
      'simulatedCalls researcher claude-a': '1',
    },
  },
];
const period = { from: '2026-03-01', to: '2026-03-02' };

it('splits what was used by day, model and worker type', () => {
  const { items, total } = reportOf(days, { ...period, by: ['day', 'model', 'workerType'] });
  expect(
    items.map(({ day, model, workerType, calls, costUsd }) => [day, model, workerType, calls, costUsd]),
  ).toEqual([
    ['2026-03-01', 'claude-a', 'researcher', 2, 0.000001],
    ['2026-03-01', 'claude-b', ':planner', 1, 0.0000005],
    ['2026-03-02', 'claude-a', 'researcher', 1, 0.00000025],
    ['2026-03-02', 'my models/llama 3:8b', 'researcher', 3, null],
  ]);
  expect(items[1]).toMatchObject({ inputTokens: 30, outputTokens: 0, savedUsd: -0.000000007 });
  expect(total).toMatchObject({ calls: 7, inputTokens: 110, costUsd: null, unpricedCalls: 3 });
});

it('sums over what it is not split by', () => {
  const { items } = reportOf(days, { ...period, by: ['workerType'] });
  expect(items).toMatchObject([
    { day: null, model: null, workerType: ':planner', calls: 1, costUsd: 0.0000005 },
    { day: null, model: null, workerType: 'researcher', calls: 6, costUsd: null, unpricedCalls: 3 },
  ]);
});

it('is sorted by what it is split by, in that order', () => {
  const { items } = reportOf(days, { ...period, by: ['model', 'day'] });
  expect(items.map(({ model, day }) => `${model} ${day}`)).toEqual([
    'claude-a 2026-03-01',
    'claude-a 2026-03-02',
    'claude-b 2026-03-01',
    'my models/llama 3:8b 2026-03-02',
  ]);
});

it('says what its numbers do not hold', () => {
  expect(reportOf(days, { ...period, by: ['day'] }).warnings).toEqual([
    '3 calls of my models/llama 3:8b have no known price, so no sum with them has a cost: name the model in MODEL_PRICES_FILE for calls to come.',
    '1 call was answered by no model: their tokens are made up.',
  ]);
  expect(reportOf([], { ...period, by: ['day'] })).toMatchObject({
    items: [],
    warnings: [],
    total: { costUsd: 0 },
  });
});

it('is written as CSV that no spreadsheet takes for more', () => {
  const row = {
    day: '2026-03-01',
    workerType: ':planner',
    calls: 1,
    inputTokens: 2,
    outputTokens: 3,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    webSearches: 0,
    costUsd: 0.000000007,
    savedUsd: null,
    unpricedCalls: 0,
    simulatedCalls: 0,
  };
  const names = ['claude-a', 'a "b", c', '=HYPERLINK("x")', '+1', 'line\nbreak'];
  const csv = usageCsv({
    by: ['model', 'day'],
    items: names.map((model) => ({ ...row, model })),
  });
  expect(csv.split('\r\n')).toEqual([
    'model,day,calls,inputTokens,outputTokens,cacheReadTokens,cacheWriteTokens,webSearches,costUsd,savedUsd,unpricedCalls,simulatedCalls',
    'claude-a,2026-03-01,1,2,3,0,0,0,0.000000007,,0,0',
    '"a ""b"", c",2026-03-01,1,2,3,0,0,0,0.000000007,,0,0',
    '"\'=HYPERLINK(""x"")",2026-03-01,1,2,3,0,0,0,0.000000007,,0,0',
    "'+1,2026-03-01,1,2,3,0,0,0,0.000000007,,0,0",
    '"line\nbreak",2026-03-01,1,2,3,0,0,0,0.000000007,,0,0',
    '',
  ]);
});
