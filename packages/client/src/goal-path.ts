import { SettingError } from './errors.ts';

/** What addresses do with these is lead elsewhere. */
const NO_IDS: ReadonlySet<string> = new Set(['', '.', '..']);

/** Below `/v1/`. An id leads nowhere else, whatever it holds; throws a {@link SettingError} for what can be none. */
export function goalPath(id: string): string {
  if (NO_IDS.has(id))
    throw new SettingError('goalId', `"${id}" is not the id of a goal: give one such as goal_9t0qp7k1.`);
  return `goals/${encodeURIComponent(id)}`;
}
