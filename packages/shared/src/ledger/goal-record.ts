import { z } from 'zod';
import type { Plan, Task } from '@baton/plan/plan';
import { dependentsOf } from '@baton/plan/topology';
import { goalEndedEvent, taskEndedEvent, type EventName } from '../contract/event.ts';
import { goalStatusSchema, type GoalStatus, type TerminalGoalStatus } from '../contract/goal-status.ts';
import type { GoalError, Missing } from '../contract/goal.ts';
import type { GoalOptions, GoalRequest } from '../contract/goal-request.ts';
import { noUsage, type OutcomeStatus, type Outcome } from '../contract/task-outcome.ts';
import type { Ledger } from './ledger.ts';

/** What the ledger knows of a plan besides its tasks' specs. */
const planHeadSchema = z.object({
  mode: z.enum(['plan', 'direct']),
  analysis: z.string(),
  taskIds: z.array(z.string()),
});
export type PlanHead = z.infer<typeof planHeadSchema>;

/** The head without its ids, which scripts read and have a field of their own. */
function headText({ mode, analysis }: PlanHead): string {
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
}

export interface NewGoal {
  readonly goalId: string;
  readonly tenant: string;
  readonly request: GoalRequest;
}

/** Texts apart from each other, so that nobody reads more of a goal than it needs. */
function requestFields({ goal, context, recipe, plan, options, labels }: GoalRequest): string[] {
  const fields = ['goal', goal, 'options', JSON.stringify(options), 'labels', JSON.stringify(labels)];
  if (context !== undefined)
    fields.push('context', typeof context === 'string' ? context : JSON.stringify(context));
  if (recipe != null) fields.push('recipe', recipe);
  if (plan !== null) fields.push('givenPlan', JSON.stringify(plan));
  return fields;
}

/** Writes the goal, its place in the index and its first event. Resolves to its time in ms, or null when the id is taken. */
export async function createGoal(
  ledger: Ledger,
  { goalId, tenant, request }: NewGoal,
): Promise<number | null> {
  const keys = ledger.goal(goalId);
  const createdAt = await ledger.run(
    'createGoal',
    [keys.goal, keys.events, ledger.keyspace.tenantGoals(tenant), ledger.keyspace.openGoals],
    [goalId, '{}', 'tenant', tenant, ...requestFields(request)],
  );
  return createdAt === '' ? null : Number(createdAt);
}

/** Takes back a goal that could not be queued, so that a refused request leaves nothing. */
export async function forgetGoal(ledger: Ledger, goalId: string, tenant: string): Promise<void> {
  const keys = ledger.goal(goalId);
  await ledger.redis
    .multi()
    .del(keys.goal, keys.tasks, keys.events, keys.journal)
    .zrem(ledger.keyspace.tenantGoals(tenant), goalId)
    .zrem(ledger.keyspace.openGoals, goalId)
    .exec();
}

/** What a task, the planner and the synthesiser are told of the goal. */
export interface GoalBrief {
  readonly goal: string;
  /** Text, or an object's JSON. */
  readonly context: string | null;
}

/** What a process that is about to work on a goal must know of it. */
export interface GoalFacts extends GoalBrief {
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
}

export async function readGoalFacts(ledger: Ledger, goalId: string): Promise<GoalFacts | null> {
  const [status, rev, goal, context, options, recipe, givenPlan, plan, taskIds, runTaskIds, submittedRev] =
    await ledger.redis.hmget(
      ledger.goal(goalId).goal,
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
    );
  if (!status || !goal || !options) return null;
  return {
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
  };
}

export type Advance = 'moved' | 'already' | 'refused';

/** Moves a goal on when its status is one of `from`. */
export async function advanceGoal(
  ledger: Ledger,
  goalId: string,
  step: { from: readonly GoalStatus[]; to: GoalStatus; event: EventName; data?: object },
): Promise<Advance> {
  const keys = ledger.goal(goalId);
  const reply = await ledger.run(
    'advanceGoal',
    [keys.goal, keys.events],
    [`,${step.from.join(',')},`, step.to, step.event, JSON.stringify(step.data ?? {})],
  );
  if (reply === 1) return 'moved';
  return reply === 2 ? 'already' : 'refused';
}

/** The specs that {@link recordPlan} keeps. */
export function taskSpecs(plan: Plan): TaskSpec[] {
  const dependents = dependentsOf(plan.tasks);
  return plan.tasks.map((task) => ({ ...task, dependents: dependents.get(task.id) ?? [] }));
}

/** Records the plan and sets the goal running. True for the one caller that did: it alone may add the first rev's flow. */
export async function recordPlan(ledger: Ledger, goalId: string, rev: number, plan: Plan): Promise<boolean> {
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
  const planned = {
    mode: head.mode,
    tasks: plan.tasks.map(({ id, worker, dependencies }) => ({ id, worker, dependencies })),
  };
  const recorded = await ledger.run(
    'recordPlan',
    [keys.goal, keys.tasks, keys.events],
    [rev, headText(head), JSON.stringify(head.taskIds), JSON.stringify(planned), '{}', ...perTask],
  );
  return recorded === 1;
}

/**
 * Moves a running goal from `rev` to the next, which runs the tasks that have no outcome yet. True for the one caller
 * that moved it: it alone may add the next rev's flow.
 */
export async function startNextRev(ledger: Ledger, goalId: string, rev: number): Promise<boolean> {
  const keys = ledger.goal(goalId);
  return (await ledger.run('startNextRev', [keys.goal, keys.tasks], [rev])) === 1;
}

/** Notes that the flow of `rev` is whole in Redis, if that is still the goal's rev. */
export async function markSubmitted(ledger: Ledger, goalId: string, rev: number): Promise<void> {
  await ledger.run('markSubmitted', [ledger.goal(goalId).goal], [rev]);
}

export interface GoalEnd {
  readonly status: TerminalGoalStatus;
  /** The rev that decided it, or null when it ends whatever is running. */
  readonly rev: number | null;
  readonly output?: string;
  readonly missing?: readonly Missing[];
  readonly error?: GoalError;
  readonly plan?: PlanHead;
  /** How tasks that have no outcome yet ended, and why. */
  readonly openTasks?: { status: OutcomeStatus; reason: string };
}

const defaultOpenTasks = { status: 'cancelled', reason: 'The goal ended before this task did.' } as const;

/** Ends a goal once; false when it had ended already, had moved to another rev, or is gone. */
export async function endGoal(
  ledger: Ledger,
  goalId: string,
  end: GoalEnd,
  retentionMs: number,
): Promise<boolean> {
  const keys = ledger.goal(goalId);
  const open = end.openTasks ?? defaultOpenTasks;
  const outcome: Outcome = {
    status: open.status,
    output: null,
    errors: [open.reason],
    usage: noUsage,
    simulated: false,
  };
  const fields: string[] = [];
  if (end.output !== undefined) fields.push('output', end.output);
  if (end.missing?.length) fields.push('missing', JSON.stringify(end.missing));
  if (end.error) fields.push('error', JSON.stringify(end.error));
  if (end.plan) fields.push('plan', headText(end.plan), 'taskIds', JSON.stringify(end.plan.taskIds));
  const reply = await ledger.run(
    'endGoal',
    [keys.goal, keys.tasks, keys.events, keys.journal, ledger.keyspace.openGoals],
    [
      goalId,
      end.rev ?? '',
      end.status,
      goalEndedEvent(end.status),
      JSON.stringify({
        ...(end.error && { error: end.error }),
        ...(end.missing?.length && { missing: end.missing }),
      }),
      JSON.stringify(outcome),
      taskEndedEvent(open.status),
      ledger.keyspace.endedChannel,
      retentionMs,
      ...fields,
    ],
  );
  return reply === 1;
}
