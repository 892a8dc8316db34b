import type { Plan } from '@baton/plan/plan';
import { tasksAlike } from '@baton/plan/tasks-alike';
import { dependentsOf, pathsAhead } from '@baton/plan/topology';
import type { GoalStatus } from '../contract/goal-status.ts';
import { tellPhase, type LeftPhase } from './goal-phase.ts';
import { headText, type PlanHead, type TaskSpec } from './goal-record.ts';
import type { Lease } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { fenceFields, leftOutArguments, type RunBudget } from './run-budget.ts';

/** The specs that {@link recordPlan} keeps. */
export function taskSpecs(plan: Plan, budget: RunBudget | null = null): TaskSpec[] {
  const dependents = dependentsOf(plan.tasks);
  const ahead = pathsAhead(plan.tasks);
  const alike = tasksAlike(plan.tasks);
  return plan.tasks.map((task) => {
    const tierLimit = budget?.tierLimits.get(task.id);
    return {
      ...task,
      dependents: dependents.get(task.id) ?? [],
      ahead: ahead.get(task.id) ?? 0,
      alike: alike.get(task.id) ?? 1,
      planned: plan.tasks.length,
      ...(tierLimit && { tierLimit }),
    };
  });
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
  /** Null when it runs as it is. */
  readonly budget: RunBudget | null;
}

/** Records a plan and sets the goal running. True for the one caller that did. */
export async function writePlan(ledger: Ledger, goalId: string, record: PlanRecord): Promise<boolean> {
  const { rev, plan, lease, from, isNews, claims, budget } = record;
  const keys = ledger.goal(goalId);
  const head: PlanHead = {
    mode: 'plan',
    analysis: plan.analysis,
    taskIds: plan.tasks.map((task) => task.id),
  };
  const perTask = taskSpecs(plan, budget).flatMap((spec) => [
    spec.id,
    JSON.stringify(spec),
    spec.dependencies.join(' '),
    spec.dependencies.length,
    ...leftOutArguments(budget, spec.id),
  ]);
  const kept = head.taskIds.filter((id) => !budget?.leftOut.has(id));
  const fields = [
    ...(budget ? fenceFields(budget) : []),
    ...(kept.length < head.taskIds.length ? ['runTaskIds', JSON.stringify(kept)] : []),
  ];
  const left = (await ledger.run(
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
      JSON.stringify(budget?.told ? { budget: budget.told } : {}),
      fields.length,
      ...fields,
      ...perTask,
    ],
  )) as LeftPhase | 0;
  if (left !== 0) tellPhase(ledger, left);
  return left !== 0;
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
  budget: RunBudget | null = null,
): Promise<boolean> {
  const from = ['accepted', 'planning'] as const;
  return writePlan(ledger, goalId, { rev, plan, lease, from, isNews: true, claims: true, budget });
}
