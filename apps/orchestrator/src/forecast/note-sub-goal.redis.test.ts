import { describe, expect, it } from 'vitest';
import { noUsage, unworked, type Outcome } from '@baton/shared/contract/task-outcome';
import type { TaskSpec } from '@baton/shared/ledger/goal-record';
import { defaultModelTiers } from '@baton/shared/model/model-tiers';
import { openTestLedger, runningGoal } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { subGoalNoter } from './note-sub-goal.ts';

const task: TaskSpec = {
  id: 'each',
  worker: 'researcher',
  description: 'Do it.',
  requirements: [],
  dependencies: ['list'],
  dependents: [],
  priority: 'medium',
  complexity: 'medium',
};
const usage = { ...noUsage, calls: 4, inputTokens: 90, cacheReadTokens: 10, outputTokens: 7, costUsd: 0.5 };
const done: Outcome = { ...unworked('partial'), usage };

async function open() {
  const { ledger } = openTestLedger();
  const goalId = await runningGoal(ledger, 'goal_1', { options: { reviewRounds: 1 } });
  const notes: unknown[] = [];
  const samples = { note: (...note: unknown[]) => void notes.push(note), typical: async () => null };
  const note = subGoalNoter({ ledger, samples, tiers: defaultModelTiers });
  return { goalId, note, notes };
}

describe('what a task took that was handed on', () => {
  it('is noted apart from tasks done in one piece, by the model of its own tier', async () => {
    const { goalId, note, notes } = await open();
    const sample = { ms: 5, inputTokens: 100, outputTokens: 7, costUsd: 0.5 };
    await note(goalId, { ...task, forEach: 'list' }, done, 5);
    await note(goalId, { ...task, worker: 'orchestrator', complexity: 'low' }, done, 5);
    expect(notes).toEqual([
      ['tasks', 'researcher+each+1x1', defaultModelTiers.balanced, sample],
      ['tasks', 'orchestrator+1x1', defaultModelTiers.strong, sample],
    ]);
  });

  it('is not noted when it gave nothing, took nothing, or its goal is gone', async () => {
    const { goalId, note, notes } = await open();
    await note(goalId, task, { ...done, status: 'failed' }, 5);
    await note(goalId, task, { ...done, usage: noUsage }, 5);
    await note('goal_9', task, done, 5);
    expect(notes).toEqual([]);
  });
});
