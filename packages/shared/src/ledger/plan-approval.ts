import type { Plan } from '@baton/plan/plan';
import { goalStatusSchema, type GoalStatus } from '../contract/goal-status.ts';
import type { GoalOptions } from '../contract/goal-request.ts';
import { tellPhase, type LeftPhase } from './goal-phase.ts';
import type { ParentTask } from './goal-record.ts';
import { plannedText, writePlan } from './plan-record.ts';
import type { Lease } from './lease.ts';
import type { Ledger } from './ledger.ts';
import type { RunBudget } from './run-budget.ts';

/**
 * Puts a plan before somebody who is to approve it. False when the goal is not waiting for a plan, or another run plans it.
 * @param lease the planner's, or null for a plan that was given.
 */
export async function proposePlan(
  ledger: Ledger,
  goalId: string,
  lease: Lease | null,
  { analysis, tasks }: Plan,
): Promise<boolean> {
  const keys = ledger.goal(goalId);
  const left = (await ledger.run(
    'proposePlan',
    [keys.goal, keys.tasks, keys.events],
    [
      JSON.stringify({ analysis, tasks }),
      plannedText({ analysis, tasks }),
      lease?.place ?? '',
      lease?.number ?? '',
    ],
  )) as LeftPhase | 0;
  if (left !== 0) tellPhase(ledger, left);
  return left !== 0;
}

/** What whoever approves a plan must know of its goal. */
export interface Proposal {
  readonly status: GoalStatus;
  /** Null for a goal that a client sent. */
  readonly parent: ParentTask | null;
  /** Null unless the goal awaits approval. */
  readonly plan: Plan | null;
  readonly options: GoalOptions;
  readonly retries: number;
  /** ms since the epoch. */
  readonly createdAt: number;
}

/** Null when there is no such goal, or it is another tenant's. */
export async function readProposal(ledger: Ledger, goalId: string, tenant: string): Promise<Proposal | null> {
  const [owner, status, plan, options, retries, createdAt, parent] = await ledger.redis.hmget(
    ledger.goal(goalId).goal,
    'tenant',
    'status',
    'proposedPlan',
    'options',
    'retries',
    'createdAt',
    'parent',
  );
  if (!status || !options || owner !== tenant) return null;
  return {
    status: goalStatusSchema.parse(status),
    plan: plan ? (JSON.parse(plan) as Plan) : null,
    options: JSON.parse(options) as GoalOptions,
    retries: Number(retries ?? 0),
    createdAt: Number(createdAt),
    parent: parent ? (JSON.parse(parent) as ParentTask) : null,
  };
}

/**
 * Sets a goal that awaits approval running. False when it does not await any.
 * @param isEdited the plan is another than the one that was proposed.
 */
export function approvePlan(
  ledger: Ledger,
  goalId: string,
  rev: number,
  plan: Plan,
  isEdited: boolean,
  budget: RunBudget | null = null,
): Promise<boolean> {
  return writePlan(ledger, goalId, {
    rev,
    plan,
    lease: null,
    from: ['awaiting_approval'],
    isNews: isEdited,
    claims: false,
    budget,
  });
}
