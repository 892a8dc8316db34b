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

/** An event as it is kept and sent: `data` is the JSON text of {@link GoalEvent}'s, which is never parsed on the way. */
export interface WrittenEvent {
  readonly id: string;
  readonly event: EventName;
  readonly data: string;
}

export function toWrittenEvent(goalId: string, [streamId, fields]: StreamEntry): WrittenEvent {
  const [, event = '', , at = '0', , about = '{}'] = fields;
  const when = new Date(Number(at)).toISOString();
  const rest = about === '{}' ? '}' : `,${about.slice(1)}`;
  return {
    id: streamId.slice(0, streamId.indexOf('-')),
    event: event as EventName,
    data: `{"goalId":"${goalId}","at":"${when}"${rest}`,
  };
}

/** Every event so far after `afterId` (a number counting from 1, or '0' for all), oldest first. */
export async function readEvents(ledger: Ledger, goalId: string, afterId: string): Promise<GoalEvent[]> {
  const entries = await ledger.redis.xrange(ledger.goal(goalId).events, `(${afterId}-0`, '+');
  return entries.map((entry) => {
    const written = toWrittenEvent(goalId, entry);
    return { ...written, data: JSON.parse(written.data) as GoalEvent['data'] };
  });
}
