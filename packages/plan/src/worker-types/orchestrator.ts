import type { WorkerType } from '../worker-type.ts';
import { builtInWorkerTypes } from './built-in.ts';

/** Goals inside goals: a goal that somebody set is at depth 1, and one at this depth is split no further. */
export const MAX_DEPTH = 3;

/** Has no prompt of its own: its tasks are planned, run and put together as goals of their own. */
export const orchestrator: WorkerType = {
  type: 'orchestrator',
  description:
    'Takes a task that is a project of its own: it is planned anew, split into tasks of its own, and their results are put together into one.',
  bestFor:
    'A large part of the goal with several steps or aspects of its own, whose result the rest of the plan needs as one whole.',
  notFor: 'Anything that one worker can do in one piece: it costs several times as much and takes longer.',
  tier: 'strong',
};

/** What plans may name before any worker has announced itself, in the order in which the planner and people see it. */
export const planningWorkerTypes: readonly WorkerType[] = Object.freeze([
  ...builtInWorkerTypes,
  orchestrator,
]);

/** The types that a plan at this depth may name: where goals are split no further, there are no sub-goals. */
export function workerTypesAtDepth<Type extends WorkerType>(depth: number, types: readonly Type[]): Type[] {
  return types.filter(({ type }) => depth < MAX_DEPTH || type !== orchestrator.type);
}
