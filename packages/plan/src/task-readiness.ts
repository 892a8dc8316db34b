/** How a task that has ended did so. */
export type OutcomeStatus = 'succeeded' | 'partial' | 'failed' | 'skipped' | 'cancelled';

export interface EndedTask {
  readonly taskId: string;
  readonly status: OutcomeStatus;
}

/** `errors` say why it is not (wholly) a success. */
export interface ExplainedTask extends EndedTask {
  readonly errors: readonly string[];
  /** It was left out on purpose: the goal was finished early. */
  readonly isUnneeded?: boolean;
}

export type Readiness = { readonly kind: 'run' } | { readonly kind: 'skip'; readonly reason: string };

export interface MissingResult {
  readonly taskId: string;
  readonly reason: string;
}

export interface GoalVerdict {
  readonly status: 'succeeded' | 'partially_succeeded' | 'failed';
  /** What the answer lacks, in the order of the outcomes; a goal that succeeded lacks at most what was left out on purpose. */
  readonly missing: readonly MissingResult[];
}

/** Whether an outcome has a result that others may build on. */
export function isUsable(status: OutcomeStatus): boolean {
  return status === 'succeeded' || status === 'partial';
}

/** Whether a task can start, all of its dependencies having ended: it needs a usable result from each. */
export function readinessOf(dependencies: readonly EndedTask[]): Readiness {
  const lacking = dependencies.filter(({ status }) => !isUsable(status));
  if (lacking.length === 0) return { kind: 'run' };
  const names = lacking.map(({ taskId, status }) => `${taskId} (${status})`).join(', ');
  return { kind: 'skip', reason: `Skipped: it depends on results that do not exist: ${names}.` };
}

/**
 * How a goal ends, by how all of its tasks ended. Without any usable result, and so without any task, it has failed. What was
 * left out on purpose is missing, and no reason to call it partial.
 */
export function terminalStatusOf(outcomes: readonly ExplainedTask[]): GoalVerdict {
  const missing = outcomes.filter(({ status }) => status !== 'succeeded').map(missingResult);
  if (!outcomes.some(({ status }) => isUsable(status))) return { status: 'failed', missing };
  const isWhole = outcomes.every(({ status, isUnneeded }) => status === 'succeeded' || isUnneeded === true);
  return { status: isWhole ? 'succeeded' : 'partially_succeeded', missing };
}

const unexplained: Readonly<Record<OutcomeStatus, string>> = {
  succeeded: 'The task succeeded.',
  partial: 'The task gave only a part of what it was to give.',
  failed: 'The task failed and gave no reason.',
  skipped: 'The task was skipped.',
  cancelled: 'The task was cancelled.',
};

function missingResult({ taskId, status, errors }: ExplainedTask): MissingResult {
  return { taskId, reason: errors.length > 0 ? errors.join(' ') : unexplained[status] };
}
