import { z } from 'zod';
import type { Plan, Task } from '@baton/plan/plan';
import type { DependencyResult, TaskItem } from '@baton/plan/prompts/task-prompt';
import { dependentsOf } from '@baton/plan/topology';
import type { EventName } from '../contract/event.ts';
import { goalStatusSchema, type GoalStatus } from '../contract/goal-status.ts';
import type { GoalOptions } from '../contract/goal-request.ts';
import { newRun, type Lease } from './lease.ts';
import type { Ledger } from './ledger.ts';

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

export function readPlanHead(
  head: string | null | undefined,
  taskIds: string | null | undefined,
): PlanHead | null {
  if (!head || !taskIds) return null;
  return planHeadSchema.parse({ ...(JSON.parse(head) as object), taskIds: JSON.parse(taskIds) as unknown });
}

/** A task as its worker needs it. */
export interface TaskSpec extends Task {
  readonly dependents: readonly string[];
  /** Of a task that is done once per item of a list. */
  readonly item?: TaskItem;
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
  /** ms since the epoch. */
  readonly createdAt: number;
  /** Why what was open is not needed, or null. */
  readonly finishedEarly: string | null;
  /** Null for a goal that a client sent. */
  readonly parent: ParentTask | null;
  readonly kind: GoalKind;
  /** Plans from the client's goal down to this one's, counting from 1. */
  readonly depth: number;
  /** Results that every task of the goal is given. */
  readonly inputs: readonly DependencyResult[];
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
  'finishedEarly',
  'parent',
  'kind',
  'depth',
  'inputs',
] as const;

/** Where a goal stands, without its texts. */
export interface GoalProgress {
  readonly status: GoalStatus;
  readonly rev: number;
  readonly submittedRev: number;
  readonly retries: number;
  readonly isPlanned: boolean;
  readonly priority: GoalOptions['priority'];
  /** ms since the epoch. */
  readonly createdAt: number;
}

export async function readGoalProgress(ledger: Ledger, goalId: string): Promise<GoalProgress | null> {
  const [status, rev, submittedRev, retries, taskIds, options, createdAt] = await ledger.redis.hmget(
    ledger.goal(goalId).goal,
    'status',
    'rev',
    'submittedRev',
    'retries',
    'taskIds',
    'options',
    'createdAt',
  );
  if (!status || !options) return null;
  return {
    status: goalStatusSchema.parse(status),
    rev: Number(rev),
    submittedRev: Number(submittedRev ?? 0),
    retries: Number(retries ?? 0),
    isPlanned: taskIds != null,
    priority: (JSON.parse(options) as GoalOptions).priority,
    createdAt: Number(createdAt),
  };
}

export async function readGoalFacts(ledger: Ledger, goalId: string): Promise<GoalFacts | null> {
  const [
    tenant,
    status,
    rev,
    goal,
    context,
    options,
    recipe,
    givenPlan,
    plan,
    taskIds,
    runTaskIds,
    submittedRev,
    retries,
    replans,
    createdAt,
    finishedEarly,
    parent,
    kind,
    depth,
    inputs,
  ] = await ledger.redis.hmget(ledger.goal(goalId).goal, ...factFields);
  if (!status || !goal || !options) return null;
  return {
    tenant: tenant ?? '',
    status: goalStatusSchema.parse(status),
    rev: Number(rev),
    goal,
    context: context ?? null,
    options: JSON.parse(options) as GoalOptions,
    recipe: recipe ?? null,
    givenPlan: givenPlan ? (JSON.parse(givenPlan) as Plan) : null,
    plan: readPlanHead(plan, taskIds),
    runTaskIds: runTaskIds ? (JSON.parse(runTaskIds) as string[]) : null,
    submittedRev: Number(submittedRev ?? 0),
    retries: Number(retries ?? 0),
    replans: Number(replans ?? 0),
    createdAt: Number(createdAt),
    finishedEarly: finishedEarly ?? null,
    parent: parent ? (JSON.parse(parent) as ParentTask) : null,
    kind: kind === 'each' ? 'each' : 'goal',
    depth: Number(depth ?? 1),
    inputs: inputs ? (JSON.parse(inputs) as DependencyResult[]) : [],
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
  /** Who works on this step: `PLANNER` or `SYNTHESIS`. */
  readonly place: string;
}

/** Moves a goal on when its status is one of `from`, and gives the caller the lease of its place. */
export async function advanceGoal(ledger: Ledger, goalId: string, step: GoalStep): Promise<Advance> {
  const keys = ledger.goal(goalId);
  const [kind, lease, retries] = (await ledger.run(
    'advanceGoal',
    [keys.goal, keys.tasks, keys.events],
    [`,${step.from.join(',')},`, step.rev ?? '', step.to, step.event, '{}', step.place, newRun()],
  )) as ['' | 'moved' | 'already', string | number, string];
  if (kind === '') return { kind: 'refused' };
  if (lease === '') return { kind: 'spent' };
  return { kind, lease: { place: step.place, number: Number(lease) }, retries: Number(retries) };
}

/** The specs that {@link recordPlan} keeps. */
export function taskSpecs(plan: Plan): TaskSpec[] {
  const dependents = dependentsOf(plan.tasks);
  return plan.tasks.map((task) => ({ ...task, dependents: dependents.get(task.id) ?? [] }));
}

/** The rev of a goal's first plan. */
export const FIRST_REV = 1;

/** What `goal.planned` tells of a plan. */
export function plannedText(plan: Plan): string {
  const tasks = plan.tasks.map(({ id, worker, dependencies }) => ({ id, worker, dependencies }));
  return JSON.stringify({ mode: 'plan', tasks });
}

export interface PlanRecord {
  readonly rev: number;
  readonly plan: Plan;
  /** The planner's, or null for a plan that was given or approved. */
  readonly lease: Lease | null;
  /** What the goal may be in. */
  readonly from: readonly GoalStatus[];
  /** The plan is news to those who follow the goal. */
  readonly isNews: boolean;
  /** Whoever records it adds its flow too. */
  readonly claims: boolean;
}

/** Records a plan and sets the goal running. True for the one caller that did. */
export async function writePlan(ledger: Ledger, goalId: string, record: PlanRecord): Promise<boolean> {
  const { rev, plan, lease, from, isNews, claims } = record;
  const keys = ledger.goal(goalId);
  const head: PlanHead = {
    mode: 'plan',
    analysis: plan.analysis,
    taskIds: plan.tasks.map((task) => task.id),
  };
  const perTask = taskSpecs(plan).flatMap((spec) => [
    spec.id,
    JSON.stringify(spec),
    spec.dependencies.join(' '),
    spec.dependencies.length,
  ]);
  const recorded = await ledger.run(
    'recordPlan',
    [keys.goal, keys.tasks, keys.events],
    [
      rev,
      headText(head),
      JSON.stringify(head.taskIds),
      isNews ? plannedText(plan) : '',
      lease?.place ?? '',
      lease?.number ?? '',
      `,${from.join(',')},`,
      claims ? 1 : 0,
      ...perTask,
    ],
  );
  return recorded === 1;
}

/**
 * Records the plan and sets the goal running. True for the one caller that did: it alone may add the first rev's flow.
 * @param lease the planner's, or null for a plan that was given.
 */
export function recordPlan(
  ledger: Ledger,
  goalId: string,
  rev: number,
  lease: Lease | null,
  plan: Plan,
): Promise<boolean> {
  const from = ['accepted', 'planning'] as const;
  return writePlan(ledger, goalId, { rev, plan, lease, from, isNews: true, claims: true });
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
