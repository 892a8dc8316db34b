import { readinessOf } from '@baton/plan/task-readiness';
import { unworked, type Outcome } from '../contract/task-outcome.ts';
import type { Dependency } from './task-record.ts';
import type { DependencyResult } from '@baton/plan/prompts/task-prompt';

/** What the queue's own record says of the jobs that this one waited for. */
export type QueueRecord =
  | { readonly complete: true }
  | { readonly complete: false; readonly expected: number; readonly found: number };

export type Decision =
  | { readonly kind: 'run'; readonly dependencies: readonly DependencyResult[] }
  | { readonly kind: 'end'; readonly outcome: Outcome };

function ended(status: 'skipped' | 'cancelled', reason: string): Decision {
  return { kind: 'end', outcome: unworked(status, reason) };
}

/** Whether a task that was taken up may run, by what became of all that it depends on. */
export function decide(dependencies: readonly Dependency[], queue: QueueRecord): Decision {
  const vanished = dependencies.filter(({ outcome }) => outcome === null).map(({ taskId }) => taskId);
  if (vanished.length > 0) {
    return ended(
      'cancelled',
      `Not run: the queue lost or was relieved of what it depends on (${vanished.join(', ')}).`,
    );
  }
  if (!queue.complete) {
    return ended(
      'cancelled',
      `Not run: of ${queue.expected} jobs that it waited for, the queue shows ${queue.found} as ended. Somebody removed the others.`,
    );
  }
  const readiness = readinessOf(
    dependencies.map(({ taskId, outcome }) => ({ taskId, status: (outcome as Outcome).status })),
  );
  if (readiness.kind === 'skip') return ended('skipped', readiness.reason);
  return {
    kind: 'run',
    dependencies: dependencies.map(({ taskId, outcome }) => ({
      taskId,
      status: outcome?.status === 'partial' ? 'partial' : 'succeeded',
      output: outcome?.output ?? '',
    })),
  };
}
