import type { Plan, PlannerReply, Task } from './plan.ts';
import type { TaskOrigin } from './plan-draft.ts';
import { withoutBlanks } from './planner-reply.ts';
import type { RepairNote } from './prompts/repair-prompt.ts';
import type { OutcomeStatus } from './task-readiness.ts';
import { quoted } from './violations.ts';

type NewTask = PlannerReply['tasks'][number];

export interface PatchLists {
  readonly drop: readonly string[];
  readonly replace: readonly NewTask[];
  readonly add: readonly NewTask[];
}

/** A task of the plan to be, before the laws have seen it. */
export interface Candidate extends TaskOrigin {
  readonly raw: object;
}

export interface PatchCandidates {
  /** What stays comes first, so that what a law finds against two tasks is told of the new one. */
  readonly candidates: readonly Candidate[];
  /** Ids of what replaces a task or is added. */
  readonly fresh: ReadonlySet<string>;
  /** What the patch may not do to this plan. */
  readonly notes: readonly RepairNote[];
}

/** What a patch makes of a plan whose tasks ended so: its parts that may not be applied are told, and left out. */
export function patchCandidates(
  { tasks }: Plan,
  outcomes: ReadonlyMap<string, OutcomeStatus>,
  { drop, replace, add }: PatchLists,
): PatchCandidates {
  const notes: RepairNote[] = [];
  const known = new Set(tasks.map(({ id }) => id));
  const gone = new Set<string>();
  const takeAway = (id: string, path: string): boolean => {
    const problem = gone.has(id)
      ? 'is dropped or replaced already: name it once'
      : lastingBecause(id, known, outcomes);
    if (problem !== null) notes.push({ path, taskId: null, message: `${quoted(id)} ${problem}.` });
    else gone.add(id);
    return problem === null;
  };
  const dropped = new Map(drop.map((id, index) => [id, index] as const));
  drop.forEach((id, index) => takeAway(id, `drop[${index}]`));
  const fresh: Candidate[] = [];
  replace.forEach((task, index) => {
    if (takeAway(task.id, `replace[${index}].id`)) fresh.push(freshTask(task, 'replace', index));
  });
  add.forEach((task, index) => {
    if (!known.has(task.id)) fresh.push(freshTask(task, 'add', index));
    else notes.push(takenId(task.id, `add[${index}].id`));
  });
  const kept = tasks.flatMap((task, index): { task: Task; candidate: Candidate }[] =>
    gone.has(task.id) ? [] : [{ task, candidate: { raw: task, place: ['tasks', index], isSettled: true } }],
  );
  for (const { task } of kept) notes.push(...notesOnBereft(task, gone, replace, dropped));
  return {
    candidates: [...kept.map(({ candidate }) => candidate), ...fresh],
    fresh: new Set(fresh.map(({ raw }) => (raw as NewTask).id)),
    notes,
  };
}

function freshTask(task: NewTask, list: string, index: number): Candidate {
  return { raw: withoutBlanks(task), place: [list, index], isSettled: false };
}

function lastingBecause(
  id: string,
  known: ReadonlySet<string>,
  outcomes: ReadonlyMap<string, OutcomeStatus>,
): string | null {
  if (!known.has(id))
    return 'is the id of no task of the plan: name one that failed or was skipped, or put a new task into add';
  const status = outcomes.get(id);
  if (status === 'failed' || status === 'skipped') return null;
  return `has ended as "${status ?? 'unknown'}" and stays as it is: only tasks that failed or were skipped may be dropped or replaced`;
}

function takenId(id: string, path: string): RepairNote {
  const message = `The plan has a task ${quoted(id)} already: give the new one another id, or put it into replace to take that one's place.`;
  return { path, taskId: null, message };
}

/** Told where it can be mended: a task that stays can't lose a dependency. */
function notesOnBereft(
  task: Task,
  gone: ReadonlySet<string>,
  replace: readonly NewTask[],
  dropped: ReadonlyMap<string, number>,
): RepairNote[] {
  const replaced = new Set(replace.map(({ id }) => id));
  return task.dependencies
    .filter((id) => gone.has(id) && !replaced.has(id))
    .map((id) => ({
      path: `drop[${dropped.get(id) ?? 0}]`,
      taskId: null,
      message: `Task ${quoted(task.id)} depends on ${quoted(id)}, which is dropped: drop or replace ${quoted(task.id)} too, or replace ${quoted(id)} instead of dropping it.`,
    }));
}
