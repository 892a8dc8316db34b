import { z } from 'zod';
import { checkPlan, type PlanLimits } from './laws.ts';
import { jsonPath } from './json-path.ts';
import { plannerReplySchema, type Plan, type Task } from './plan.ts';
import { patchCandidates, type Candidate } from './patch-candidates.ts';
import type { RepairNote } from './prompts/repair-prompt.ts';
import { isUsable, type OutcomeStatus } from './task-readiness.ts';
import { dependentsOf, order } from './topology.ts';
import { quoted } from './violations.ts';

const patchedTasks = plannerReplySchema.shape.tasks;

/** The replanner model's reply: what is to change in a plan of which some tasks have failed. */
export const planPatchSchema = z.strictObject({
  analysis: z.string(),
  /** Ids of tasks that are done without. */
  drop: z.array(z.string()),
  /** Tasks that take the place of those with the same id. */
  replace: patchedTasks,
  add: patchedTasks,
});
export type PlanPatch = z.infer<typeof planPatchSchema>;

/** How the tasks of a plan ended, by their ids. */
export type PlanOutcomes = ReadonlyMap<string, OutcomeStatus>;

export interface ReplanFacts {
  readonly tasks: readonly Task[];
  readonly outcomes: PlanOutcomes;
  /** How often the plan has been changed. */
  readonly replans: number;
  readonly maxReplans: number;
}

export type PatchVerdict =
  /** `runs`: the tasks that run now, of which those that have an outcome lose it. */
  | { readonly kind: 'patched'; readonly plan: Plan; readonly runs: readonly string[] }
  /** Nothing would run that could not before. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'broken'; readonly violations: readonly RepairNote[] };

/**
 * Whether a plan whose tasks have all ended should be changed: a task has failed that matters by its own priority, or
 * because something that is not just nice to have was skipped for want of it, and changes are left.
 */
export function wantsReplan({ tasks, outcomes, replans, maxReplans }: ReplanFacts): boolean {
  if (replans >= maxReplans) return false;
  const dependents = dependentsOf(tasks);
  const priorities = new Map(tasks.map(({ id, priority }) => [id, priority]));
  const failed = tasks.filter(({ id }) => outcomes.get(id) === 'failed');
  if (failed.some(({ priority }) => priority === 'high')) return true;
  const lost = new Set(failed.map(({ id }) => id));
  for (const id of lost) {
    for (const dependent of dependents.get(id) ?? []) {
      if (outcomes.get(dependent) !== 'skipped') continue;
      if (priorities.get(dependent) !== 'low') return true;
      lost.add(dependent);
    }
  }
  return false;
}

/**
 * The plan with a change made to it. Only tasks that failed or were skipped are dropped or replaced, what is new must be
 * able to run, and the whole is held to every law, except that the wording of what stays is not questioned again.
 */
export function applyPatch(
  plan: Plan,
  outcomes: PlanOutcomes,
  patch: PlanPatch,
  limits: PlanLimits,
): PatchVerdict {
  const { candidates, fresh, notes } = patchCandidates(plan, outcomes, patch);
  const checked = checkPlan(
    { analysis: plan.analysis, tasks: candidates.map(({ raw }) => raw) },
    limits,
    (index) => candidates[index] ?? { place: ['tasks', index], isSettled: false },
  );
  const broken = [...notes, ...(checked.valid ? [] : checked.violations)];
  if (!checked.valid || broken.length > 0) return { kind: 'broken', violations: broken };
  const ended = new Map([...outcomes].filter(([id]) => !fresh.has(id)));
  const runs = runnable(checked.plan.tasks, ended);
  const stuck = notesOnStuck(checked.plan.tasks, candidates, { runs, outcomes: ended });
  if (stuck.length > 0) return { kind: 'broken', violations: stuck };
  if (runs.size === 0) return { kind: 'unchanged' };
  const tasks = inOldOrder(plan, checked.plan.tasks);
  return {
    kind: 'patched',
    plan: { analysis: plan.analysis, tasks },
    runs: tasks.map(({ id }) => id).filter((id) => runs.has(id)),
  };
}

/** The tasks that have a usable result from all they depend on once those before them have run. */
function runnable(tasks: readonly Task[], outcomes: PlanOutcomes): Set<string> {
  const runs = new Set<string>();
  for (const { id, dependencies } of order(tasks)) {
    const status = outcomes.get(id) ?? 'skipped';
    const canRun = dependencies.every((each) => runs.has(each) || hasResult(each, outcomes));
    if (status === 'skipped' && canRun) runs.add(id);
  }
  return runs;
}

function hasResult(id: string, outcomes: PlanOutcomes): boolean {
  const status = outcomes.get(id);
  return status !== undefined && isUsable(status);
}

/** What is new but could never start: it is named with what it waits for in vain. */
function notesOnStuck(
  tasks: readonly Task[],
  candidates: readonly Candidate[],
  { runs, outcomes }: { readonly runs: ReadonlySet<string>; readonly outcomes: PlanOutcomes },
): RepairNote[] {
  return tasks.flatMap(({ id, dependencies }, index) => {
    const origin = candidates[index];
    if (origin === undefined || origin.isSettled || runs.has(id)) return [];
    const lacking = dependencies.find(
      (dependency) => !runs.has(dependency) && !hasResult(dependency, outcomes),
    );
    const message = `Task ${quoted(id)} depends on ${quoted(lacking ?? '')}, which has no result and does not run again: replace ${quoted(lacking ?? '')} too, or do without it.`;
    return [{ path: jsonPath([...origin.place, 'dependencies']), taskId: id, message }];
  });
}

/** The tasks where those of the same id stood, new ones last. */
function inOldOrder(plan: Plan, tasks: readonly Task[]): Task[] {
  const places = new Map(plan.tasks.map(({ id }, index) => [id, index]));
  const placeOf = ({ id }: Task): number => places.get(id) ?? plan.tasks.length;
  return tasks.toSorted((left, right) => placeOf(left) - placeOf(right));
}
