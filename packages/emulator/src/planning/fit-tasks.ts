import type { DraftTask, Stage } from './draft-task.ts';

/** Shrinks a plan to `maxTasks` tasks by merging and dropping; what it keeps still has all its ancestors' inputs. */
export function fitTasks(drafts: readonly DraftTask[], maxTasks: number): DraftTask[] {
  let tasks = [...drafts];
  while (tasks.length > Math.max(1, maxTasks)) tasks = withOneLess(tasks);
  return tasks;
}

function withOneLess(tasks: readonly DraftTask[]): DraftTask[] {
  return (
    mergeLast(tasks, 'gather', 3) ??
    mergeLast(tasks, 'produce', 3) ??
    dropLast(tasks, 'check') ??
    mergeLast(tasks, 'gather', 2) ??
    mergeLast(tasks, 'produce', 2) ??
    dropLast(tasks, 'combine') ??
    dropLast(tasks, 'gather') ??
    dropped(tasks, tasks[0])
  );
}

/** Merges the last two tasks of a stage when it has at least `atLeast` and neither waits for the other. */
function mergeLast(tasks: readonly DraftTask[], stage: Stage, atLeast: number): DraftTask[] | null {
  const members = tasks.filter((task) => task.stage === stage);
  const [kept, merged] = members.slice(-2);
  if (members.length < atLeast || kept === undefined || merged === undefined) return null;
  if (waitsFor(tasks, merged, kept.id) || waitsFor(tasks, kept, merged.id)) return null;
  const union: DraftTask = {
    ...withoutForEach(kept),
    description: `${kept.description} ${merged.description}`,
    requirements: [...new Set([...kept.requirements, ...merged.requirements])],
    dependencies: [...new Set([...kept.dependencies, ...merged.dependencies])],
  };
  return tasks
    .filter((task) => task !== merged)
    .map((task) => (task === kept ? union : redirect(task, merged.id, [kept.id])));
}

function dropLast(tasks: readonly DraftTask[], stage: Stage): DraftTask[] | null {
  const last = tasks.findLast((task) => task.stage === stage);
  return last === undefined ? null : dropped(tasks, last);
}

/** The tasks without one of them; what waited for it waits for what it waited for. */
function dropped(tasks: readonly DraftTask[], task: DraftTask | undefined): DraftTask[] {
  return tasks
    .filter((each) => each !== task)
    .map((each) => (task === undefined ? each : redirect(each, task.id, task.dependencies)));
}

function redirect(task: DraftTask, from: string, to: readonly string[]): DraftTask {
  if (!task.dependencies.includes(from)) return task;
  const others = task.dependencies.filter((id) => id !== from);
  const dependencies = [...new Set([...others, ...to])];
  return { ...(task.forEach === from ? withoutForEach(task) : task), dependencies };
}

/** The task done once: its list is gone, or is no longer its own. */
function withoutForEach(task: DraftTask): DraftTask {
  const { forEach: _, ...once } = task;
  return once;
}

function waitsFor(tasks: readonly DraftTask[], task: DraftTask, ancestor: string): boolean {
  return task.dependencies.some((id) => {
    const dependency = tasks.find((candidate) => candidate.id === id);
    return id === ancestor || (dependency !== undefined && waitsFor(tasks, dependency, ancestor));
  });
}
