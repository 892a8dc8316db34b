import type { GoalCallPage } from '@baton/shared/contract/goal-calls';
import type { UsageReport } from '@baton/shared/contract/usage-report';

const tokens = {
  calls: 12,
  inputTokens: 41_200,
  outputTokens: 9_800,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
};
const counted = {
  ...tokens,
  webSearches: 0,
  costUsd: 0.1804,
  savedUsd: 0,
  unpricedCalls: 0,
  simulatedCalls: 0,
};

export const usageExample: UsageReport = {
  from: '2026-03-02',
  to: '2026-03-02',
  by: ['day', 'model', 'workerType'],
  items: [{ day: '2026-03-02', model: 'claude-sonnet-5-5', workerType: 'researcher', ...counted }],
  total: counted,
  today: { day: '2026-03-02', tokens: 51_000, costUsd: 0.1804, maxTokens: 2_000_000, maxCostUsd: 25 },
  warnings: [],
};

export const usageCsvExample = [
  'day,model,workerType,calls,inputTokens,outputTokens,cacheReadTokens,cacheWriteTokens,webSearches,costUsd,savedUsd,unpricedCalls,simulatedCalls',
  '2026-03-02,claude-sonnet-5-5,researcher,12,41200,9800,0,0,0,0.1804,0,0,0',
  '',
].join('\r\n');

export const goalCallsExample: GoalCallPage = {
  items: [
    {
      number: 1,
      at: '2026-03-02T09:00:04.120Z',
      taskId: 'market',
      role: null,
      step: 'call-1',
      attempt: 1,
      retries: 0,
      model: 'claude-sonnet-5-5',
      stopReason: 'end_turn',
      requestId: 'req_011CSHoEeqs5C35K2UUqR7Fy',
      simulated: false,
      batched: false,
      borrowed: false,
      usage: {
        calls: 1,
        inputTokens: 3_400,
        outputTokens: 820,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        webSearches: 0,
        costUsd: 0.015,
        savedUsd: 0,
      },
    },
  ],
  nextCursor: null,
};
