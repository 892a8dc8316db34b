import type { EventName, GoalEvent } from '../contract/event.ts';
import type { Ledger } from './ledger.ts';

export interface NewEvent {
  readonly event: EventName;
  readonly data: object;
}

/** Appends events that change nothing else; false when the goal has ended or, with a `rev`, moved on. */
export async function appendEvents(
  ledger: Ledger,
  goalId: string,
  rev: number | null,
  events: readonly NewEvent[],
): Promise<boolean> {
  const keys = ledger.goal(goalId);
  const pairs = events.flatMap(({ event, data }) => [event, JSON.stringify(data)]);
  return (await ledger.run('appendEvents', [keys.goal, keys.events], [rev ?? '', ...pairs])) === 1;
}

/** One entry of a goal's stream, as Redis returns it. */
export type StreamEntry = [id: string, fields: string[]];

export function toGoalEvent(goalId: string, [streamId, fields]: StreamEntry): GoalEvent {
  const [, event = '', , at = '0', , data = '{}'] = fields;
  return {
    id: streamId.slice(0, streamId.indexOf('-')),
    event: event as EventName,
    data: { goalId, at: new Date(Number(at)).toISOString(), ...(JSON.parse(data) as object) },
  };
}

/** Every event so far after `afterId` (a number counting from 1, or '0' for all), oldest first. */
export async function readEvents(ledger: Ledger, goalId: string, afterId: string): Promise<GoalEvent[]> {
  const entries = await ledger.redis.xrange(ledger.goal(goalId).events, `(${afterId}-0`, '+');
  return entries.map((entry) => toGoalEvent(goalId, entry));
}
