import { isDeepStrictEqual } from 'node:util';
import { isTerminal } from '@baton/shared/contract/goal-status';
import type { ReaderLog } from '../evidence/client-log.ts';
import type { Evidence, GoalEvent, GoalSeen } from '../evidence/evidence.ts';
import { isTerminalEvent } from './runs.ts';
import type { Violation } from './violation.ts';
import { grouped } from './grouped.ts';

const invariant = 'event-stream';

/** Ids count from 1, for each reader over all its reconnects as in the list; every reader sees what the list shows, to the end. */
export function checkEventStreams({ goals, client }: Evidence): Violation[] {
  const readers = grouped(client.readers, ({ goalId }) => goalId);
  return goals.flatMap((seen) => {
    const messages = [
      ...countingFaults(seen.events, 'the list'),
      ...(readers.get(seen.goalId) ?? []).flatMap((reader) => readerFaults(seen, reader)),
    ];
    return messages.map((message) => ({ invariant, goalId: seen.goalId, message }));
  });
}

/** The first place at which the ids do not count on. */
function countingFaults(events: readonly GoalEvent[], where: string): string[] {
  const index = events.findIndex(({ id }, place) => id !== String(place + 1));
  return index === -1 ? [] : [`In ${where} event ${events[index]?.id} is where ${index + 1} is due.`];
}

function readerFaults({ goal, events }: GoalSeen, { connections }: ReaderLog): string[] {
  const messages: string[] = [];
  const told: GoalEvent[] = [];
  for (const { after, status, events: seen } of connections) {
    if (status !== null && status !== 200 && status !== 204 && status < 500) {
      messages.push(`A reader that came back after ${after ?? 'nothing'} was answered ${status}.`);
    }
    told.push(...seen);
  }
  messages.push(...countingFaults(told, `what a reader saw over ${connections.length} connections`));
  const different = told.find(
    ({ id }, place) => id === String(place + 1) && !isDeepStrictEqual(told[place], events[place]),
  );
  if (different) {
    const listed = events[Number(different.id) - 1];
    messages.push(
      `Event ${different.id} was ${JSON.stringify(different)} to a reader and is ${JSON.stringify(listed)} in the list.`,
    );
  }
  const last = told.at(-1);
  if (
    goal !== null &&
    isTerminal(goal.status) &&
    (last === undefined || !isTerminalEvent(last) || told.length < events.length)
  ) {
    messages.push(
      `A reader saw ${told.length} of ${events.length} events, the last ${last?.event ?? 'none'}, and then no more.`,
    );
  }
  return messages;
}
