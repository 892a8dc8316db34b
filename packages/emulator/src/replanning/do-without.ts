import type { PlannedTask } from '../answer/prompt.ts';
import { listed } from '../goal/wording.ts';
import { plain, type NewTask, type PlanPatch } from './plan-patch.ts';

/** Drops what failed; what waited for it waits for what it waited for, and goes too when nothing is left. A plan is never emptied. */
export function doWithout(tasks: readonly PlannedTask[]): Pick<PlanPatch, 'drop' | 'replace'> {
  const dropped = new Map<string, readonly string[]>();
  const replace: NewTask[] = [];
  const waiting = tasks.filter(({ status }) => status === 'failed' || status === 'skipped');
  for (const task of inOrder(waiting)) {
    const inherited = task.dependencies.flatMap((id) => dropped.get(id) ?? [id]);
    const lost = task.dependencies.filter((id) => dropped.has(id));
    const left = [...new Set(inherited)];
    if (task.status === 'failed' || left.length === 0) dropped.set(task.id, left);
    else if (lost.length > 0) replace.push(repointed(task, left, lost));
  }
  const nothingIsLeft = dropped.size === tasks.length;
  return nothingIsLeft ? { drop: [], replace: [] } : { drop: [...dropped.keys()], replace };
}

function repointed(task: PlannedTask, dependencies: readonly string[], lost: readonly string[]): NewTask {
  const keepsList = task.forEach !== '' && dependencies.includes(task.forEach);
  return {
    ...plain(task),
    description: `${task.description} Do without ${listed(lost)}, and say what that costs.`,
    dependencies: [...dependencies],
    ...(keepsList && { forEach: task.forEach }),
    ...(task.approach !== '' && { approach: task.approach }),
  };
}

/** Dependencies first; the rest of a circle as it comes. */
function inOrder(tasks: readonly PlannedTask[]): PlannedTask[] {
  const ids = new Set(tasks.map(({ id }) => id));
  const done = new Set<string>();
  const ordered: PlannedTask[] = [];
  let left = [...tasks];
  while (left.length > 0) {
    const ready = left.filter(({ dependencies }) => dependencies.every((id) => !ids.has(id) || done.has(id)));
    const next = ready.length === 0 ? left : ready;
    ordered.push(...next);
    for (const { id } of next) done.add(id);
    left = left.filter((task) => !next.includes(task));
  }
  return ordered;
}
