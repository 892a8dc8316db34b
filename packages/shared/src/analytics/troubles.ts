import { messagePattern } from '@baton/plan/message-pattern';
import type { OutcomeStatus } from '../contract/task-outcome.ts';
import type { Trouble } from './goal-digest.ts';
import type { GoalRecord, RecordedEvent, TaskEnd } from './goal-record.ts';

/** Of one goal; the rest is not told. */
const MOST_TROUBLES = 100;

/** A task as its troubles need it. */
export interface TroubledTask {
  readonly worker: string;
  readonly outcome: TaskEnd | null;
  readonly finishedAt: number | null;
  readonly isHandedOn: boolean;
}

const kinds: Partial<Record<string, Trouble['kind']>> = {
  'task.failed': 'task_failed',
  'task.partial': 'task_partial',
  'task.retrying': 'call_retried',
} satisfies Partial<Record<string, Trouble['kind']>>;

const outcomeKinds: Partial<Record<OutcomeStatus, Trouble['kind']>> = {
  failed: 'task_failed',
  partial: 'task_partial',
  skipped: 'task_skipped',
};

/** Sub-goals whose goal has ended are no trouble of their own. */
const NOT_ITS_OWN = 'parent_ended';

type Happened = Omit<Trouble, 'count' | 'firstAt' | 'lastAt'> & { readonly at: number };

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function causeOf({ metadata, reviews }: TaskEnd, isHandedOn: boolean): string {
  if (typeof metadata['budget'] === 'string') return 'budget_exhausted';
  const cause = textOf(metadata['cause']);
  if (cause !== null) return cause;
  if (isHandedOn) return 'sub_goal';
  return reviews.at(-1)?.verdict === 'fail' ? 'review_failed' : 'worker_reported';
}

/** A task that was skipped for what it depends on is no trouble of its own. */
function ofOutcome(goalId: string, taskId: string, task: TroubledTask): Happened[] {
  const { outcome, worker, finishedAt, isHandedOn } = task;
  const kind = outcome && outcomeKinds[outcome.status];
  if (!outcome || !kind || finishedAt === null) return [];
  const cause = causeOf(outcome, isHandedOn);
  if (kind === 'task_skipped' && cause !== 'budget_exhausted') return [];
  const message = messagePattern(outcome.errors[0] ?? '');
  return [{ kind, cause, message, worker, goalId, taskId, recovered: false, at: finishedAt }];
}

function ofTaskEvent(
  record: GoalRecord,
  tasks: ReadonlyMap<string, TroubledTask>,
  { event, at, data }: RecordedEvent,
): Happened[] {
  const kind = kinds[event];
  const taskId = textOf(data['taskId']);
  if (kind === undefined || taskId === null) return [];
  const task = tasks.get(taskId);
  // How the task stands now is told by its outcome.
  if (kind !== 'call_retried' && task?.finishedAt === at) return [];
  const errors: unknown = data['errors'];
  const message = kind === 'call_retried' ? data['reason'] : Array.isArray(errors) ? errors[0] : null;
  const text = textOf(message);
  if (text === null) return [];
  return [
    {
      kind,
      cause: textOf(data['cause']) ?? (kind === 'call_retried' ? 'model_error' : 'worker_reported'),
      message: messagePattern(text),
      worker: task?.worker ?? null,
      goalId: record.goalId,
      taskId,
      recovered: task?.outcome?.status === 'succeeded',
      at,
    },
  ];
}

function ofGoalError(record: GoalRecord, error: unknown, at: number, recovered: boolean): Happened[] {
  if (typeof error !== 'object' || error === null) return [];
  const { type, message } = error as { type?: unknown; message?: unknown };
  const cause = textOf(type);
  if (cause === null || cause === NOT_ITS_OWN) return [];
  const pattern = messagePattern(textOf(message) ?? '');
  const about = { worker: null, goalId: record.goalId, taskId: null };
  return [{ kind: 'goal_failed', cause, message: pattern, ...about, recovered, at }];
}

function ofGoal(record: GoalRecord): Happened[] {
  const { status, finishedAt, error } = record.goal;
  const endedAt = Number(finishedAt ?? 0);
  const earlier = record.events.flatMap(({ event, at, data }) =>
    event.startsWith('goal.') && at !== endedAt
      ? ofGoalError(record, data['error'], at, status === 'succeeded')
      : [],
  );
  return [...earlier, ...(error ? ofGoalError(record, JSON.parse(error), endedAt, false) : [])];
}

/** What went wrong with a goal and its tasks: how they ended, and, by its events, what went wrong before. */
export function troublesOf(record: GoalRecord, tasks: ReadonlyMap<string, TroubledTask>): Trouble[] {
  const happened = [
    ...record.events.flatMap((event) => ofTaskEvent(record, tasks, event)),
    ...[...tasks].flatMap(([taskId, task]) => ofOutcome(record.goalId, taskId, task)),
    ...ofGoal(record),
  ];
  const troubles = new Map<string, Trouble>();
  for (const { at, ...rest } of happened) {
    const { kind, cause, message, taskId, recovered } = rest;
    const id = JSON.stringify([kind, cause, message, taskId, recovered]);
    const { count = 0, firstAt = at, lastAt = at } = troubles.get(id) ?? {};
    if (count === 0 && troubles.size === MOST_TROUBLES) continue;
    troubles.set(id, {
      ...rest,
      count: count + 1,
      firstAt: Math.min(firstAt, at),
      lastAt: Math.max(lastAt, at),
    });
  }
  return [...troubles.values()];
}
