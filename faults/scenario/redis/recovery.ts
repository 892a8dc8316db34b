import type { Evidence, GoalEvent } from '../../evidence/evidence.ts';
import type { Recovery } from './redis-case.ts';

const takenBy = {
  worker: new Set<string>(['task.started']),
  planner: new Set<string>(['goal.planning', 'goal.running', 'goal.synthesizing']),
} as const;

function isTaken({ event }: GoalEvent, role: Recovery['role']): boolean {
  return role === undefined
    ? takenBy.worker.has(event) || takenBy.planner.has(event)
    : takenBy[role].has(event);
}

/** ms from each recovery to the first job that was taken after it, by Redis's clock; null where none was. */
export function firstJobs(
  evidence: Pick<Evidence, 'goals'>,
  recoveries: readonly Recovery[],
): (number | null)[] {
  const events = evidence.goals.flatMap((seen) => seen.events);
  return recoveries.map(({ at, role }) => {
    const times = events.filter((event) => isTaken(event, role)).map(({ data }) => Date.parse(data.at));
    const first = times.filter((time) => time >= at).reduce((least, time) => Math.min(least, time), Infinity);
    return first === Infinity ? null : first - at;
  });
}
