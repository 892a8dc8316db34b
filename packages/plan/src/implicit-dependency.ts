import { ancestryOf, type Ancestry } from './ancestry.ts';
import { namedId, nameOf, pathIn, type DraftTask, type PlanDraft } from './plan-draft.ts';
import { spokenResult } from './spoken-results.ts';
import { taskReferences } from './task-references.ts';
import { quoted, type ViolationSink } from './violations.ts';

/**
 * Finds tasks that build on what they would never be shown: one without any dependency that speaks of results which
 * another task yields, and one that quotes another task as its material without depending on it. A plan whose tasks wait
 * for each other in a circle is not looked at: nobody comes first in it.
 */
export function checkImplicitDependencies(
  { tasks }: PlanDraft,
  material: string,
  violations: ViolationSink,
): void {
  const byId = new Map<string, DraftTask>();
  for (const task of tasks) {
    if (task.id !== null && !byId.has(task.id)) byId.set(task.id, task);
  }
  const ancestry = ancestryOf(
    [...byId].map(([id, { dependencies }]) => ({
      id,
      dependencies: dependencies.map((dependency) => dependency.id).filter((other) => other !== id),
    })),
  );
  if (ancestry === null) return;
  const yields = memoised((source: RegExp) => tasks.filter((task) => isYielded(source, task)));
  for (const task of tasks) {
    if (task.isSettled || task.id === null || byId.get(task.id) !== task) continue;
    const quotedTask = quotedWithout(task, task.id, byId, ancestry);
    if (quotedTask === null) checkSpoken(task, task.id, { yields, ancestry, material, violations });
    else
      violations.report('implicit_dependency', () => violationOf(task, quotedTask.phrase, [quotedTask.id]));
  }
}

function quotedWithout(
  task: DraftTask,
  id: string,
  byId: ReadonlyMap<string, DraftTask>,
  ancestry: Ancestry,
): { readonly phrase: string; readonly id: string } | null {
  const references = [task.description, ...task.requirements].flatMap(taskReferences);
  return (
    references.find(
      (reference) =>
        reference.id !== id &&
        byId.has(reference.id) &&
        !ancestry.dependsOn(id, reference.id) &&
        !ancestry.dependsOn(reference.id, id),
    ) ?? null
  );
}

function isYielded(source: RegExp, { id, description }: DraftTask): boolean {
  return id !== null && (source.test(id) || source.test(description));
}

/** The same for as long as the plan is looked at. */
function memoised<Key, Value>(of: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? of(key);
    known.set(key, value);
    return value;
  };
}

interface Surroundings {
  /** The tasks that look as if they yield it. */
  readonly yields: (source: RegExp) => readonly DraftTask[];
  readonly ancestry: Ancestry;
  readonly material: string;
  readonly violations: ViolationSink;
}

/** Sources that a violation names: the first few are enough to see what is meant. */
const MOST_SOURCES = 3;

/** Where no task can have yielded what is spoken of, it is no result of a task. */
function checkSpoken(
  task: DraftTask,
  id: string,
  { yields, ancestry, material, violations }: Surroundings,
): void {
  if (task.dependencies.length > 0) return;
  const spoken = spokenResult(task, material);
  if (spoken === null) return;
  const sources: string[] = [];
  for (const other of yields(spoken.source)) {
    if (other.id === null || other.id === id || ancestry.dependsOn(other.id, id)) continue;
    sources.push(other.id);
    if (sources.length === MOST_SOURCES) break;
  }
  if (sources.length === 0) return;
  violations.report('implicit_dependency', () => violationOf(task, spoken.phrase, sources));
}

function violationOf(task: DraftTask, phrase: string, sources: readonly string[]) {
  const named = sources.map(quoted).join(', ');
  const name = nameOf(task);
  return {
    path: pathIn(task, 'dependencies'),
    taskId: namedId(task),
    message: `${name.slice(0, 1).toUpperCase()}${name.slice(1)} speaks of ${quoted(phrase)} without depending on the task that yields it, and would never see it: add that task to its dependencies (${named}), or say in its description what it works from instead.`,
  };
}
