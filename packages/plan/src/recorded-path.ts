/** A task as it was run, its times in ms since the epoch; null for what never was. */
export interface RecordedTask {
  /** Places of other tasks in the list. */
  readonly dependencies: readonly number[];
  /** When it could have started. */
  readonly queuedAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/**
 * The tasks that decided when the last one ended, the first of them first: each was waited for by the next for longest. What never
 * ran decides nothing.
 */
export function recordedPath(tasks: readonly RecordedTask[]): number[] {
  const latest = (places: Iterable<number>): number | null => {
    let [found, foundAt] = [null as number | null, -Infinity];
    for (const place of places) {
      const { startedAt = null, finishedAt = null } = tasks[place] ?? {};
      if (startedAt === null || finishedAt === null || finishedAt <= foundAt) continue;
      [found, foundAt] = [place, finishedAt];
    }
    return found;
  };
  const path: number[] = [];
  const seen = new Set<number>();
  for (let place = latest(tasks.keys()); place !== null && !seen.has(place);) {
    path.push(place);
    seen.add(place);
    place = latest(tasks[place]?.dependencies ?? []);
  }
  return path.reverse();
}
