import { MAX_TASKS } from './plan.ts';
import { quoted } from './violations.ts';

/** What can be read of a task, whatever else is wrong with it. */
export interface DraftTask {
  readonly index: number;
  readonly raw: unknown;
  readonly id: string | null;
  readonly worker: string | null;
  /** With their places in the raw list, entries that are no strings left out. */
  readonly dependencies: readonly { readonly index: number; readonly id: string }[];
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

export function readDraft(candidate: unknown): PlanDraft {
  const rawTasks: readonly unknown[] =
    isRecord(candidate) && Array.isArray(candidate['tasks']) ? candidate['tasks'] : [];
  const ids = rawTasks.flatMap((raw) => readText(raw, 'id') ?? []);
  return { tasks: rawTasks.slice(0, MAX_TASKS).map(readTask), taskCount: rawTasks.length, ids: new Set(ids) };
}

/** The task's id for a violation, or null when it has none that can be shown as it is. */
export function namedId({ id }: DraftTask): string | null {
  return id === null || id.length > 80 || /\p{Surrogate}/u.test(id) ? null : id;
}

/** The task in a sentence: `task "write" (tasks[2])`. */
export function nameOf({ id, index }: DraftTask): string {
  return id === null ? `the task at tasks[${index}]` : `task ${quoted(id)} (tasks[${index}])`;
}

function readTask(raw: unknown, index: number): DraftTask {
  const listed: readonly unknown[] =
    isRecord(raw) && Array.isArray(raw['dependencies']) ? raw['dependencies'] : [];
  return {
    index,
    raw,
    id: readText(raw, 'id'),
    worker: readText(raw, 'worker'),
    dependencies: listed.flatMap((id, place) => (typeof id === 'string' ? [{ index: place, id }] : [])),
  };
}

/** A text that is not empty. */
function readText(raw: unknown, field: string): string | null {
  const value = isRecord(raw) ? raw[field] : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}
