import { z } from 'zod';
import type { ModelTier } from '@baton/plan/worker-type';
import type { Plan, Task } from '@baton/plan/plan';
import type { DependencyResult, TaskItem } from '@baton/plan/prompts/task-prompt';
import type { EventName } from '../contract/event.ts';
import { goalStatusSchema, type GoalStatus } from '../contract/goal-status.ts';
import type { GoalOptions } from '../contract/goal-request.ts';
import { tellPhase, type LeftPhase } from './goal-phase.ts';
import type { TraceText } from '../telemetry/trace-carrier.ts';
import { newRun, type Lease } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { readFields } from './record-fields.ts';

/** What the ledger knows of a plan besides its tasks' specs. */
const planHeadSchema = z.object({
  mode: z.enum(['plan', 'direct']),
  analysis: z.string(),
  taskIds: z.array(z.string()),
});
export type PlanHead = z.infer<typeof planHeadSchema>;

/** The head without its ids, which scripts read and have a field of their own. */
export function headText({ mode, analysis }: PlanHead): string {
  return JSON.stringify({ mode, analysis });
}

export function readPlanHead(head: string | undefined, taskIds: string | undefined): PlanHead | null {
  if (!head || !taskIds) return null;
  return planHeadSchema.parse({ ...(JSON.parse(head) as object), taskIds: JSON.parse(taskIds) as unknown });
}

/** A task as its worker needs it. */
export interface TaskSpec extends Task {
  readonly dependents: readonly string[];
  /** Tasks on the longest path from this one to the goal's end; 0 unless given. */
  readonly ahead?: number;
  /** Tasks of its plan whose prompts begin as its own does, itself counted; 1 unless given. */
  readonly alike?: number;
  /** Tasks of its plan, itself counted; 1 unless given. */
  readonly planned?: number;
  /** The most capable model tier that its calls may use, where its goal's budget asks for less than it would take. */
  readonly tierLimit?: ModelTier;
  /** Of a task that is done once per item of a list. */
  readonly item?: TaskItem;
}

/** The task as its plan has it. */
export function plannedTask({
  dependents: _dependents,
  ahead: _ahead,
  alike: _alike,
  planned: _planned,
  tierLimit: _tierLimit,
  item: _item,
  ...task
}: TaskSpec): Task {
  return task;
}

/** `each`: a sub-goal that does one task per item of a list, and whose answer is the collection of the results. */
export type GoalKind = 'goal' | 'each';

/** The task that a sub-goal carries out. */
export interface ParentTask {
  readonly goalId: string;
  readonly taskId: string;
}

/** What a task, the planner and the synthesiser are told of the goal. */
export interface GoalBrief {
  readonly goal: string;
  /** Text, or an object's JSON. */
  readonly context: string | null;
}

/** What a process that is about to work on a goal must know of it. */
export interface GoalFacts extends GoalBrief {
  readonly tenant: string;
  readonly status: GoalStatus;
  readonly rev: number;
  readonly options: GoalOptions;
  readonly recipe: string | null;
  /** The plan that the client sent, until it is recorded. */
  readonly givenPlan: Plan | null;
  readonly plan: PlanHead | null;
  /** The tasks that this rev runs, or null for all. */
  readonly runTaskIds: readonly string[] | null;
  /** The rev whose flow is known to be whole in Redis, or 0. */
  readonly submittedRev: number;
  /** Times that it was set going again after it had ended. */
  readonly retries: number;
  /** Times that its plan was changed after a task had failed for good. */
  readonly replans: number;
  /** ms since the epoch; of a sub-goal, when the goal at the top was. */
  readonly acceptedAt: number;
  /** Why what was open is not needed, or null. */
  readonly finishedEarly: string | null;
  /** Null for a goal that a client sent. */
  readonly parent: ParentTask | null;
  readonly kind: GoalKind;
  /** Plans from the client's goal down to this one's, counting from 1. */
  readonly depth: number;
  /** Results that every task of the goal is given. */
  readonly inputs: readonly DependencyResult[];
  /** Where in a trace its work belongs, or null. */
  readonly trace: TraceText | null;
}

const factFields = [
  'tenant',
  'status',
  'rev',
  'goal',
  'context',
  'options',
  'recipe',
  'givenPlan',
  'plan',
  'taskIds',
  'runTaskIds',
  'submittedRev',
  'retries',
  'replans',
  'createdAt',
  'acceptedAt',
  'finishedEarly',
  'parent',
  'kind',
  'depth',
  'inputs',
  'trace',
] as const;

/** Where a goal stands, without its texts. */
export interface GoalProgress {
  readonly status: GoalStatus;
  readonly rev: number;
  readonly submittedRev: number;
  readonly retries: number;
  readonly isPlanned: boolean;
  readonly priority: GoalOptions['priority'];
  /** ms since the epoch; of a sub-goal, when the goal at the top was. */
  readonly acceptedAt: number;
  /** Where in a trace its work belongs, or null. */
  readonly trace: TraceText | null;
}

const progressFields = [
  'status',
  'rev',
  'submittedRev',
  'retries',
  'taskIds',
  'options',
  'createdAt',
  'acceptedAt',
  'trace',
] as const;

export async function readGoalProgress(ledger: Ledger, goalId: string): Promise<GoalProgress | null> {
  const fields = await readFields(ledger, ledger.goal(goalId).goal, progressFields);
  const { status, rev, submittedRev, retries, taskIds, options, createdAt, acceptedAt } = fields;
  if (!status || !options) return null;
  return {
    status: goalStatusSchema.parse(status),
    rev: Number(rev),
    submittedRev: Number(submittedRev ?? 0),
    retries: Number(retries ?? 0),
    isPlanned: taskIds !== undefined,
    priority: (JSON.parse(options) as GoalOptions).priority,
    acceptedAt: Number(acceptedAt ?? createdAt),
    trace: fields.trace ?? null,
  };
}

export async function readGoalFacts(ledger: Ledger, goalId: string): Promise<GoalFacts | null> {
  const fields = await readFields(ledger, ledger.goal(goalId).goal, factFields);
  const { status, goal, options, givenPlan, runTaskIds, parent, inputs } = fields;
  if (!status || !goal || !options) return null;
  return {
    tenant: fields.tenant ?? '',
    status: goalStatusSchema.parse(status),
    rev: Number(fields.rev),
    goal,
    context: fields.context ?? null,
    options: JSON.parse(options) as GoalOptions,
    recipe: fields.recipe ?? null,
    givenPlan: givenPlan ? (JSON.parse(givenPlan) as Plan) : null,
    plan: readPlanHead(fields.plan, fields.taskIds),
    runTaskIds: runTaskIds ? (JSON.parse(runTaskIds) as string[]) : null,
    submittedRev: Number(fields.submittedRev ?? 0),
    retries: Number(fields.retries ?? 0),
    replans: Number(fields.replans ?? 0),
    acceptedAt: Number(fields.acceptedAt ?? fields.createdAt),
    finishedEarly: fields.finishedEarly ?? null,
    parent: parent ? (JSON.parse(parent) as ParentTask) : null,
    kind: fields.kind === 'each' ? 'each' : 'goal',
    depth: Number(fields.depth ?? 1),
    inputs: inputs ? (JSON.parse(inputs) as DependencyResult[]) : [],
    trace: fields.trace ?? null,
  };
}

export type Advance =
  | { readonly kind: 'refused' }
  /** Too many runs of this place died with their process. */
  | { readonly kind: 'spent' }
  | { readonly kind: 'moved' | 'already'; readonly lease: Lease; readonly retries: number };

export interface GoalStep {
  readonly from: readonly GoalStatus[];
  /** The rev that must be the goal's, or null for any. */
  readonly rev: number | null;
  readonly to: GoalStatus;
  readonly event: EventName;
  /** Who works on this step, such as `PLANNER`. */
  readonly place: string;
}

/** Moves a goal on when its status is one of `from`, and gives the caller the lease of its place. */
export async function advanceGoal(ledger: Ledger, goalId: string, step: GoalStep): Promise<Advance> {
  const keys = ledger.goal(goalId);
  const [kind, lease, retries, left] = (await ledger.run(
    'advanceGoal',
    [keys.goal, keys.tasks, keys.events],
    [`,${step.from.join(',')},`, step.rev ?? '', step.to, step.event, '{}', step.place, newRun()],
  )) as ['' | 'moved' | 'already', string | number, string, LeftPhase?];
  if (left) tellPhase(ledger, left);
  if (kind === '') return { kind: 'refused' };
  if (lease === '') return { kind: 'spent' };
  return { kind, lease: { place: step.place, number: Number(lease) }, retries: Number(retries) };
}

/** Gives the caller the lease of a place in a running goal of this rev, which stays as it is. */
export function takePlace(ledger: Ledger, goalId: string, rev: number, place: string): Promise<Advance> {
  return advanceGoal(ledger, goalId, { from: [], rev, to: 'running', event: 'goal.running', place });
}

/** True for the one caller that may add the flow of this rev. */
export async function claimFlow(ledger: Ledger, goalId: string, rev: number): Promise<boolean> {
  return (await ledger.run('claimFlow', [ledger.goal(goalId).goal], [rev])) === 1;
}

/** Flows that a goal may lose in one run. */
export const MOST_LOST_FLOWS = 50;

/**
 * Moves a running goal from `rev` to the next, which runs the tasks that have no outcome yet. `mine` for the one caller
 * that moved it: it alone may add the next rev's flow. `exhausted` when flows were lost too often.
 */
export async function startNextRev(
  ledger: Ledger,
  goalId: string,
  rev: number,
): Promise<'mine' | 'others' | 'exhausted'> {
  const keys = ledger.goal(goalId);
  const reply = await ledger.run('startNextRev', [keys.goal, keys.tasks], [rev, MOST_LOST_FLOWS]);
  if (reply === 1) return 'mine';
  return reply === 0 ? 'others' : 'exhausted';
}

/** Notes that the flow of `rev` is whole in Redis, if that is still the goal's rev. */
export async function markSubmitted(ledger: Ledger, goalId: string, rev: number): Promise<void> {
  await ledger.run('markSubmitted', [ledger.goal(goalId).goal], [rev]);
}
