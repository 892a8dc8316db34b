import { atMost, tierFor } from '@baton/plan/model-choice';
import { isUsable } from '@baton/plan/task-readiness';
import { orchestrator } from '@baton/plan/worker-types/orchestrator';
import type { Outcome } from '@baton/shared/contract/task-outcome';
import { readGoalFacts, type TaskSpec } from '@baton/shared/ledger/goal-record';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { sampleKind } from '@baton/shared/model/sample-kind';
import { knownWorkerTypes } from '../planner/known-workers.ts';
import type { Forecasting } from './forecast-work.ts';

/** Notes what a task took that was handed on as a goal. @param ms from its start to its end. */
export type NoteSubGoal = (goalId: string, task: TaskSpec, outcome: Outcome, ms: number) => Promise<void>;

export function subGoalNoter(
  deps: Pick<Forecasting, 'samples' | 'tiers'> & { readonly ledger: Ledger },
): NoteSubGoal {
  return async (goalId, task, { status, usage }, ms) => {
    if (!isUsable(status) || usage.calls === 0) return;
    const facts = await readGoalFacts(deps.ledger, goalId);
    if (!facts) return;
    const type = (await knownWorkerTypes(deps.ledger)).find((each) => each.type === task.worker);
    const own = tierFor(type?.tier ?? 'balanced', task.complexity);
    const tier = task.worker === orchestrator.type ? 'strong' : atMost(own, task.tierLimit);
    const isEach = task.forEach !== undefined;
    const kind = sampleKind(task.worker, { options: facts.options, latency: task.latency, isEach });
    const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, costUsd } = usage;
    deps.samples.note('tasks', kind, deps.tiers[tier], {
      ms,
      inputTokens: inputTokens + cacheReadTokens + cacheWriteTokens,
      outputTokens,
      costUsd,
    });
  };
}
