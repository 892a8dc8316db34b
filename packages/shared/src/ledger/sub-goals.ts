import type { Plan } from '@baton/plan/plan';
import type { DependencyResult } from '@baton/plan/prompts/task-prompt';
import { goalErrorSchema, missingSchema, type GoalError, type Missing } from '../contract/goal.ts';
import type { GoalOptions } from '../contract/goal-request.ts';
import { goalStatusSchema, isTerminal, type TerminalGoalStatus } from '../contract/goal-status.ts';
import { outcomeSchema, type Outcome, type Usage } from '../contract/task-outcome.ts';
import type { TraceText } from '../telemetry/trace-carrier.ts';
import { activeTrace } from '../telemetry/tracing.ts';
import {
  readPlanHead,
  type GoalFacts,
  type GoalKind,
  type ParentTask,
  type PlanHead,
} from './goal-record.ts';
import { usageOf } from './journal.ts';
import { budgetFields } from './budget-fields.ts';
import type { Lease } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { readFields, type Fields } from './record-fields.ts';
import type { TaskReference } from './task-record.ts';

/** A goal that a task is to be handed on as. */
export interface NewSubGoal {
  readonly goalId: string;
  readonly kind: GoalKind;
  readonly depth: number;
  readonly goal: string;
  /** Text, or an object's JSON. */
  readonly context: string | null;
  readonly options: GoalOptions;
  readonly recipe: string | null;
  /** Runs in place of one that a model would make. */
  readonly plan: Plan | null;
  readonly inputs: readonly DependencyResult[];
}

export type SubGoalCreation =
  /** ms since the epoch. */
  | { readonly kind: 'created'; readonly createdAt: number }
  /** `exists`: another run made one. `stale`: the goal has ended or moved on, or the task has ended. `taken_over`: another run has the lease. */
  | { readonly kind: 'exists' | 'stale' | 'taken_over' };

/** Told on the goal's own stream, with the sub-goal's id for those who follow it too. */
function progressText(taskId: string, subGoal: string, message: string): string {
  return JSON.stringify({ taskId, message, subGoal });
}

function fieldsOf(parent: ParentTask, sub: NewSubGoal): string[] {
  const { kind, depth, goal, context, options, recipe, plan, inputs } = sub;
  const fields = ['goal', goal, 'options', JSON.stringify(options), 'labels', '{}'];
  fields.push('parent', JSON.stringify(parent), 'kind', kind, 'depth', String(depth));
  const trace = activeTrace();
  if (trace !== null) fields.push('trace', trace);
  if (context !== null) fields.push('context', context);
  if (recipe !== null) fields.push('recipe', recipe);
  if (plan !== null) fields.push('givenPlan', JSON.stringify(plan));
  if (inputs.length > 0) fields.push('inputs', JSON.stringify(inputs));
  return fields;
}

/**
 * Makes the sub-goal of a task, once, and lets go of the task's lease. It ends with its parent's deadline.
 * @param jobId the job that waits for its end.
 * @param message told to those who follow the goal.
 */
export async function createSubGoal(
  ledger: Ledger,
  { goalId, rev, taskId }: TaskReference,
  lease: Lease,
  sub: NewSubGoal,
  { jobId, message }: { readonly jobId: string; readonly message: string },
): Promise<SubGoalCreation> {
  const [parent, child] = [ledger.goal(goalId), ledger.goal(sub.goalId)];
  const [kind, at] = (await ledger.run(
    'createSubGoal',
    [
      parent.goal,
      parent.tasks,
      parent.events,
      child.goal,
      child.events,
      ledger.keyspace.of(sub.goalId).openGoals,
    ],
    [
      rev,
      taskId,
      lease.number,
      sub.goalId,
      jobId,
      progressText(taskId, sub.goalId, message),
      '{}',
      ...fieldsOf({ goalId, taskId }, sub),
      ...budgetFields(sub.options, child.reserved),
    ],
  )) as [SubGoalCreation['kind'], string | undefined];
  return kind === 'created' ? { kind, createdAt: Number(at) } : { kind };
}

/** The sub-goal that the task was handed on as, or null. */
export function subGoalOf(ledger: Ledger, { goalId, taskId }: ParentTask): Promise<string | null> {
  return ledger.redis.hget(ledger.goal(goalId).tasks, `sub:${taskId}`);
}

export type Attendance =
  /** The goal has ended or moved to another rev: there is nothing to wait for. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'settled'; readonly outcome: Outcome }
  /** The task has no such sub-goal any more. */
  | { readonly kind: 'gone' }
  | {
      /** `retry`: it ended in an earlier run of the goal, without full success, and is to be set going again. */
      readonly kind: 'retry' | 'open' | 'ended';
      /** Of the task, for whoever records its outcome. */
      readonly lease: Lease;
      /** Of the sub-goal. */
      readonly retries: number;
      /** Of the sub-goal, in ms since the epoch. */
      readonly createdAt: number;
      /** Its flow is known to be whole in its queues. */
      readonly isUnderWay: boolean;
    };

/** Looks after a sub-goal for the task that waits for it, and notes the job that is to be woken at its end. */
export async function attendSubGoal(
  ledger: Ledger,
  { goalId, rev, taskId }: TaskReference,
  subGoal: string,
  { jobId, message }: { readonly jobId: string; readonly message: string },
): Promise<Attendance> {
  const [parent, child] = [ledger.goal(goalId), ledger.goal(subGoal)];
  const [kind, detail, retries, createdAt, isUnderWay] = (await ledger.run(
    'attendSubGoal',
    [parent.goal, parent.tasks, parent.events, child.goal, ledger.keyspace.of(subGoal).openGoals],
    [rev, taskId, subGoal, jobId, progressText(taskId, subGoal, message)],
  )) as [Attendance['kind'], string, string, string, number];
  if (kind === 'settled') return { kind, outcome: outcomeSchema.parse(JSON.parse(detail)) };
  if (kind === 'stale' || kind === 'gone') return { kind };
  return {
    kind,
    lease: { place: taskId, number: Number(detail) },
    retries: Number(retries),
    createdAt: Number(createdAt),
    isUnderWay: isUnderWay === 1,
  };
}

/** Sets an ended sub-goal going again; null when it is not wanted, goes on, or was set going by somebody else. Resolves to its retries. */
export async function retrySubGoal(ledger: Ledger, subGoal: string, retries: number): Promise<number | null> {
  const keys = ledger.goal(subGoal);
  const { openGoals, endedGoals, openCounts } = ledger.keyspace.of(subGoal);
  const [kind, detail] = (await ledger.run(
    'retrySubGoal',
    [keys.goal, keys.tasks, keys.events, keys.journal, keys.deliveries, openGoals, endedGoals, openCounts],
    [subGoal, 0, retries],
  )) as [string, number | undefined];
  return kind === 'retried' ? Number(detail) : null;
}

/** What the end of a goal concerns besides itself. */
export interface GoalRelations {
  readonly parent: ParentTask | null;
  /** The job that waits for a sub-goal's end, or null. */
  readonly waitingJob: string | null;
  /** Every sub-goal that it has had. */
  readonly subGoals: readonly string[];
  /** Where in a trace its work belongs, or null. */
  readonly trace: TraceText | null;
  /** ms since the epoch. */
  readonly createdAt: number;
}

export async function readRelations(ledger: Ledger, goalId: string): Promise<GoalRelations> {
  const { goal } = ledger.goal(goalId);
  const names = ['parent', 'waiting', 'subGoals', 'trace', 'createdAt'] as const;
  const { parent, waiting, subGoals, trace, createdAt } = await readFields(ledger, goal, names);
  return {
    parent: parent ? (JSON.parse(parent) as ParentTask) : null,
    waitingJob: waiting ?? null,
    subGoals: subGoals ? subGoals.split(' ') : [],
    trace: trace ?? null,
    createdAt: Number(createdAt ?? 0),
  };
}

/** Open goals looked at in one round trip. */
const PAGE = 200;

/** Open sub-goals that nobody wants any more, a page at a time: a goal above them has ended, or their task has. */
export async function* unwantedGoals(ledger: Ledger): AsyncGenerator<string[]> {
  const beginning = ledger.goal('').goal;
  let cursor: string | null = null;
  while (cursor !== '0') {
    const reply = (await ledger.run(
      'unwantedGoals',
      [ledger.keyspace.openGoals],
      [cursor ?? '0', PAGE, beginning],
    )) as string[];
    const [next = '0', ...goals] = reply;
    cursor = next;
    yield goals;
  }
}

/** What a goal that has ended leaves to the task that it was for. */
export interface EndedGoal extends Pick<GoalFacts, 'kind' | 'depth'> {
  readonly status: TerminalGoalStatus;
  readonly head: PlanHead | null;
  readonly output: string | null;
  readonly error: GoalError | null;
  readonly missing: readonly Missing[];
  readonly usage: Usage;
  readonly simulated: boolean;
}

/** Null when there is no such goal, or it goes on. */
export async function readGoalEnd(ledger: Ledger, goalId: string): Promise<EndedGoal | null> {
  const goal: Fields = await ledger.redis.hgetall(ledger.goal(goalId).goal);
  if (!goal['status']) return null;
  const status = goalStatusSchema.parse(goal['status']);
  if (!isTerminal(status)) return null;
  const { output = null, error, missing, kind, depth } = goal;
  return {
    status,
    head: readPlanHead(goal['plan'], goal['taskIds']),
    output,
    error: error ? goalErrorSchema.parse(JSON.parse(error)) : null,
    missing: missing ? missingSchema.array().parse(JSON.parse(missing)) : [],
    usage: usageOf(goal),
    simulated: goal['simulated'] === '1',
    kind: kind === 'each' ? 'each' : 'goal',
    depth: Number(depth ?? 1),
  };
}
