import type { Decomposition } from '@baton/plan/plan';
import type { OfferedWorker } from '../answer/prompt.ts';
import { coverage } from '../goal/wording.ts';
import { draft, type DraftTask } from './draft-task.ts';

const BUILT_IN = new Set([
  'researcher',
  'analyzer',
  'writer',
  'coder',
  'reviewer',
  'validator',
  'synthesizer',
  'specialist',
  'orchestrator',
]);
const MAX_CUSTOM_TASKS = 2;

/** The worker type for tasks that no other is made for; how often a plan may use it depends on the decomposition. */
export const CUSTOM_WORKER = 'specialist';
/** The worker type whose tasks are goals of their own: never a stopgap for another. */
export const SUB_GOAL_WORKER = 'orchestrator';
const CUSTOM_TASKS_ALLOWED: Readonly<Record<Decomposition, number>> = {
  constrained: 0,
  hybrid: 1,
  dynamic: Infinity,
};

/** A worker type for each task, in the order of the tasks, none used more often than the decomposition allows. */
export function chooseWorkers(
  tasks: readonly DraftTask[],
  offered: readonly OfferedWorker[],
  decomposition: Decomposition,
): string[] {
  const others = offered.filter((worker) => worker.name !== CUSTOM_WORKER);
  let customLeft = CUSTOM_TASKS_ALLOWED[decomposition];
  return tasks.map((task) => {
    const isFree = decomposition === 'dynamic' && task.approach !== undefined;
    const name = chooseWorker(
      isFree ? { ...task, suits: [CUSTOM_WORKER, ...task.suits] } : task,
      customLeft > 0 ? offered : others,
    );
    if (name === CUSTOM_WORKER) customLeft -= 1;
    return name;
  });
}

/** How many tasks the worker types on offer can take: a specialist alone can't take every number of them. */
export function taskCapacity(offered: readonly OfferedWorker[], decomposition: Decomposition): number {
  if (offered.length === 0) return 0;
  const onlyCustom = offered.every((worker) => worker.name === CUSTOM_WORKER);
  return onlyCustom ? CUSTOM_TASKS_ALLOWED[decomposition] : Infinity;
}

/** The first suitable worker type on offer; failing that the one whose own description fits the task best. */
function chooseWorker(task: DraftTask, offered: readonly OfferedWorker[]): string {
  const suitable = task.suits.find((name) => offered.some((worker) => worker.name === name));
  if (suitable !== undefined) return suitable;
  const usual = offered.filter((worker) => worker.name !== SUB_GOAL_WORKER);
  const fits = (usual.length === 0 ? offered : usual).map((worker) => ({
    name: worker.name,
    fit: coverage(`${worker.description} ${worker.bestFor}`, task.description),
  }));
  return fits.reduce((best, candidate) => (candidate.fit > best.fit ? candidate : best)).name;
}

export function hasSuitableWorker(task: DraftTask, offered: readonly OfferedWorker[]): boolean {
  return task.suits.some((name) => offered.some((worker) => worker.name === name));
}

/** Tasks for the worker types beyond the built-in ones that the goal calls for, by name or by what they are best for. */
export function customTasks(goal: string, topic: string, offered: readonly OfferedWorker[]): DraftTask[] {
  return offered
    .filter((worker) => !BUILT_IN.has(worker.name) && isCalledFor(worker, goal))
    .slice(0, MAX_CUSTOM_TASKS)
    .map((worker) =>
      draft({
        id: `by-${worker.name}`,
        stage: 'gather',
        suits: [worker.name],
        description: `Do the part of a ${worker.name} for: ${topic}.`,
        requirements: worker.bestFor === '' ? [] : [`Best for: ${worker.bestFor}`],
        priority: 'high',
      }),
    );
}

function isCalledFor(worker: OfferedWorker, goal: string): boolean {
  return coverage(worker.name, goal) > 0 || coverage(worker.bestFor, goal) >= 0.4;
}
