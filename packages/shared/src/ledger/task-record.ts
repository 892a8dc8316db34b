import type { Priority } from '@baton/plan/plan';
import type { DependencyResult } from '@baton/plan/prompts/task-prompt';
import { taskEndedEvent } from '../contract/event.ts';
import { goalOptionsSchema, type GoalOptions } from '../contract/goal-request.ts';
import type { Review } from '../contract/review.ts';
import { outcomeSchema, type Outcome } from '../contract/task-outcome.ts';
import type { NewEvent } from './event-log.ts';
import type { GoalBrief, TaskSpec } from './goal-record.ts';
import { newRun, SYNTHESIS, type Lease } from './lease.ts';
import type { Ledger } from './ledger.ts';

export interface TaskReference {
  readonly goalId: string;
  readonly rev: number;
  readonly taskId: string;
}

export interface Dependency {
  readonly taskId: string;
  readonly priority?: Priority;
  /** Null when nothing is recorded: the dependency's job vanished. */
  readonly outcome: Outcome | null;
}

export type TaskStart =
  /** The goal has ended, moved to another rev, or is gone: there is nothing to do. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'settled'; readonly outcome: Outcome }
  | {
      /**
       * `unready`: a dependency has no outcome. `spent`: too many of its runs died with their process. Neither is started; it
       * may only be given its outcome.
       */
      readonly kind: 'started' | 'unready' | 'spent';
      readonly lease: Lease;
      /** Times that the goal was set going again after it had ended. */
      readonly retries: number;
      readonly task: TaskSpec;
      readonly brief: GoalBrief;
      readonly options: GoalOptions;
      readonly tenant: string;
      /** ms since the epoch. */
      readonly acceptedAt: number;
      /** The recipe's own instructions, by worker type. */
      readonly taskPrompts: Readonly<Record<string, string>>;
      /** Results that every task of the goal is given, before those of its dependencies. */
      readonly inputs: readonly DependencyResult[];
      /** ms from when it could start until it did; null unless this is its first start. */
      readonly waitedMs: number | null;
      /** A run before this one never let go of it: its process died, or stood still. */
      readonly followsDeath: boolean;
      readonly dependencies: readonly Dependency[];
    };

type Text = string | number | null | undefined;

/** The JSON of a field that the goal may not have. */
function fieldOf<Value>(text: Text, absent: () => Value): Value {
  return typeof text === 'string' ? (JSON.parse(text) as Value) : absent();
}

function parseOutcome(json: string): Outcome {
  return outcomeSchema.parse(JSON.parse(json));
}

/** Notes that a worker has taken the task up, and gives it all that it needs. */
export async function startTask(ledger: Ledger, { goalId, rev, taskId }: TaskReference): Promise<TaskStart> {
  const keys = ledger.goal(goalId);
  const reply = (await ledger.run(
    'startTask',
    [keys.goal, keys.tasks, keys.events],
    [rev, taskId, newRun()],
  )) as [string, ...Text[]];
  const [
    kind,
    first,
    retries,
    spec,
    goal,
    context,
    options,
    taskPrompts,
    inputs,
    tenant,
    acceptedAt,
    waitedMs,
    hasDied,
    ...depended
  ] = reply;
  if (kind === 'settled') return { kind, outcome: parseOutcome(String(first)) };
  if (kind !== 'started' && kind !== 'unready' && kind !== 'spent') return { kind: 'stale' };
  const task = JSON.parse(String(spec)) as TaskSpec;
  return {
    kind,
    lease: { place: taskId, number: Number(first) },
    retries: Number(retries),
    task,
    brief: { goal: String(goal), context: typeof context === 'string' ? context : null },
    options: fieldOf<GoalOptions>(options, () => goalOptionsSchema.parse({})),
    taskPrompts: fieldOf<Record<string, string>>(taskPrompts, () => ({})),
    tenant: String(tenant ?? ''),
    acceptedAt: Number(acceptedAt ?? 0),
    inputs: fieldOf<DependencyResult[]>(inputs, () => []),
    waitedMs: waitedMs === '' ? null : Number(waitedMs),
    followsDeath: hasDied === 1,
    dependencies: task.dependencies.map((dependencyId, index) => {
      const { priority } = fieldOf<Partial<TaskSpec>>(depended[2 * index], () => ({}));
      const outcome = depended[2 * index + 1];
      return {
        taskId: dependencyId,
        ...(priority && { priority }),
        outcome: typeof outcome === 'string' ? parseOutcome(outcome) : null,
      };
    }),
  };
}

/** `taken_over`: another run has the task's lease, and the goal still waits for the outcome. */
export type Recorded = 'recorded' | 'already' | 'stale' | 'taken_over';

const refusals: ReadonlyMap<unknown, Recorded> = new Map([
  [0, 'already'],
  [-1, 'stale'],
  [-2, 'taken_over'],
]);

/** An outcome as scripts can read how it ended: `status` comes first. */
export function outcomeText(outcome: Outcome): string {
  const { status, ...rest } = outcome;
  return JSON.stringify({ status, ...rest });
}

/** Records how the task ended, if nobody has yet and nobody took the task over, and announces the dependents that are now ready. */
export async function recordOutcome(
  ledger: Ledger,
  { goalId, rev, taskId }: TaskReference,
  lease: Lease,
  outcome: Outcome,
  dependents: readonly string[],
): Promise<Recorded> {
  const keys = ledger.goal(goalId);
  const { errors, usage } = outcome;
  const { cause } = outcome.metadata;
  const data = {
    taskId,
    usage,
    ...(errors.length > 0 && { errors }),
    ...(typeof cause === 'string' && { cause }),
  };
  const reply = await ledger.run(
    'recordOutcome',
    [keys.goal, keys.tasks, keys.events],
    [
      rev,
      taskId,
      lease.number,
      outcomeText(outcome),
      taskEndedEvent(outcome.status),
      JSON.stringify(data),
      ...dependents,
    ],
  );
  return refusals.get(reply) ?? 'recorded';
}

/** Tells those who follow the goal what the judges said; a run that begins again tells it no second time. */
export async function tellReview(
  ledger: Ledger,
  { goalId, rev, taskId }: TaskReference,
  review: Review,
): Promise<void> {
  await tellOnce(ledger, { goalId, rev, taskId }, review.round, {
    event: 'task.reviewed',
    data: { taskId, ...review },
  });
}

/** The same of what judges said of the goal's answer. */
export async function tellAnswerReview(
  ledger: Ledger,
  { goalId, rev }: Pick<TaskReference, 'goalId' | 'rev'>,
  review: Review,
): Promise<void> {
  const data = { about: 'answer', ...review };
  await tellOnce(ledger, { goalId, rev, taskId: SYNTHESIS }, review.round, { event: 'goal.judged', data });
}

async function tellOnce(
  ledger: Ledger,
  { goalId, rev, taskId: place }: TaskReference,
  round: number,
  { event, data }: NewEvent,
): Promise<void> {
  const keys = ledger.goal(goalId);
  const told = [rev, place, round, JSON.stringify(data), event];
  await ledger.run('tellReview', [keys.goal, keys.tasks, keys.events], told);
}
