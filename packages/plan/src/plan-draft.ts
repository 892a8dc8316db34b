import { jsonPath } from './json-path.ts';
import { MAX_TASKS } from './plan.ts';
import { quoted } from './violations.ts';

/** What can be read of a task, whatever else is wrong with it. */
export interface DraftTask {
  /** Its place in the list of tasks. */
  readonly index: number;
  readonly raw: unknown;
  readonly id: string | null;
  readonly worker: string | null;
  readonly description: string;
  /** Entries that are no strings left out. */
  readonly requirements: readonly string[];
  /** With their places in the raw list, entries that are no strings left out. */
  readonly dependencies: readonly { readonly index: number; readonly id: string }[];
  readonly approach: string | null;
  readonly forEach: string | null;
  /** Where it was written: `tasks`, 2 of a plan; `add`, 0 of a change to one. */
  readonly place: TaskPlace;
  /** It stands as it is, so that only what changed around it can break a law. */
  readonly isSettled: boolean;
}

export type TaskPlace = readonly [list: string, index: number];

/** Where a task that is looked at came from. */
export interface TaskOrigin {
  readonly place: TaskPlace;
  readonly isSettled: boolean;
}

export interface PlanDraft {
  /** The first {@link MAX_TASKS}: a plan that has more is refused, whatever else it holds. */
  readonly tasks: readonly DraftTask[];
  readonly taskCount: number;
  /** The ids of all tasks. */
  readonly ids: ReadonlySet<string>;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `originOf` says of a task's index where it came from: from a plan's own list unless given. */
export function readDraft(
  candidate: unknown,
  originOf: (index: number) => TaskOrigin = (index) => ({ place: ['tasks', index], isSettled: false }),
): PlanDraft {
  const rawTasks: readonly unknown[] =
    isRecord(candidate) && Array.isArray(candidate['tasks']) ? candidate['tasks'] : [];
  const ids = rawTasks.flatMap((raw) => readText(raw, 'id') ?? []);
  const tasks = rawTasks.slice(0, MAX_TASKS).map((raw, index) => readTask(raw, index, originOf(index)));
  return { tasks, taskCount: rawTasks.length, ids: new Set(ids) };
}

/** The task's id for a violation, or null when it has none that can be shown as it is. */
export function namedId({ id }: DraftTask): string | null {
  return id === null || id.length > 80 || /\p{Surrogate}/u.test(id) ? null : id;
}

/** The task in a sentence: `task "write" (tasks[2])`. */
export function nameOf({ id, place }: DraftTask): string {
  return id === null ? `the task at ${jsonPath(place)}` : `task ${quoted(id)} (${jsonPath(place)})`;
}

/** The place of a task, or of something in it, such as `tasks[2].dependencies[0]`. */
export function pathIn({ place }: DraftTask, ...inside: readonly PropertyKey[]): string {
  return jsonPath([...place, ...inside]);
}

function readTask(raw: unknown, index: number, { place, isSettled }: TaskOrigin): DraftTask {
  return {
    index,
    raw,
    id: readText(raw, 'id'),
    worker: readText(raw, 'worker'),
    description: readText(raw, 'description') ?? '',
    requirements: readTexts(raw, 'requirements').map(({ text }) => text),
    dependencies: readTexts(raw, 'dependencies').map(({ index: at, text }) => ({ index: at, id: text })),
    approach: readText(raw, 'approach'),
    forEach: readText(raw, 'forEach'),
    place,
    isSettled,
  };
}

/** A text that is not empty. */
function readText(raw: unknown, field: string): string | null {
  const value = isRecord(raw) ? raw[field] : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}

function readTexts(raw: unknown, field: string): { index: number; text: string }[] {
  const listed: readonly unknown[] = isRecord(raw) && Array.isArray(raw[field]) ? raw[field] : [];
  return listed.flatMap((text, index) => (typeof text === 'string' ? [{ index, text }] : []));
}
