import { isTerminal } from '@baton/shared/contract/goal-status';
import type { Action, Sighting } from '../evidence/client-log.ts';
import type { Evidence, GoalEvent, GoalSeen } from '../evidence/evidence.ts';
import { isTerminalEvent, runsOf } from './runs.ts';
import type { Violation } from './violation.ts';

const invariant = 'terminal-state';

/** Every accepted goal reaches exactly one terminal state per run, which never changes but by a retry. */
export function checkTerminalStates(evidence: Evidence): Violation[] {
  const { client, goals, quiet } = evidence;
  const unended = new Set(quiet.unended);
  return goals.flatMap((seen) => {
    const actions = client.actions.filter(({ goalId }) => goalId === seen.goalId);
    const sightings = client.sightings.filter(({ goalId }) => goalId === seen.goalId);
    const messages = [
      ...endOf(seen, unended),
      ...runsEnded(seen),
      ...(seen.parent === null ? afterActions(seen, actions) : afterRetries(seen, goals)),
      ...changes(sightings, actions),
    ];
    return messages.map((message) => ({ invariant, goalId: seen.goalId, message }));
  });
}

function endOf({ goalId, goal, events }: GoalSeen, unended: ReadonlySet<string>): string[] {
  if (goal === null) return ['It was accepted, and the API knows no such goal.'];
  const last = events.at(-1);
  if (!isTerminal(goal.status)) {
    const waited = unended.has(goalId) ? ' when the time to wait for it ran out' : '';
    return [
      `It never ended: it was ${goal.status}${waited}, its last event ${last?.event ?? 'none'} (${last?.id ?? 0}).`,
    ];
  }
  if (last === undefined || !isTerminalEvent(last)) {
    return [`It is ${goal.status}, and its last event is ${last?.event ?? 'none'} (${last?.id ?? 0}).`];
  }
  return last.event === `goal.${goal.status}`
    ? []
    : [`It is ${goal.status}, and its last event is ${last.event}.`];
}

function runsEnded({ goal, events }: GoalSeen): string[] {
  if (goal === null || !isTerminal(goal.status)) return [];
  return runsOf(events).flatMap((run, index) => {
    const ends = run.filter(isTerminalEvent);
    const said = ends.map(({ event, id }) => `${event} (${id})`).join(', ');
    if (ends.length > 1) return [`Run ${index + 1} has ${ends.length} terminal events: ${said}.`];
    const last = run.at(-1);
    if (ends.length === 1 && last !== ends[0])
      return [`Run ${index + 1} goes on after ${said}, to ${last?.event}.`];
    return ends.length === 0 && index < runsOf(events).length - 1
      ? [`Run ${index + 1} was retried before its end.`]
      : [];
  });
}

function isDone({ status }: Action): boolean {
  return status !== null && status < 300;
}

/** What was answered with 202 has been done. */
function afterActions({ goal, events }: GoalSeen, actions: readonly Action[]): string[] {
  const retries = actions.filter(({ what }) => what === 'retry');
  const [least, most] = [
    retries.filter(isDone).length,
    retries.filter((each) => isDone(each) || each.status === null || each.status >= 500).length,
  ];
  const seen = events.filter(({ event }) => event === 'goal.retried').length;
  const messages: string[] = [];
  if (seen < least || seen > most)
    messages.push(`Of ${most} retries ${least} were accepted, and it was retried ${seen} times.`);
  const cancel = actions.findLast((each) => each.what === 'cancel' && isDone(each));
  const isLater = retries.some(
    ({ answeredAt, status }) => cancel && answeredAt > cancel.sentAt && status !== 409,
  );
  if (cancel && !isLater && goal !== null && goal.status !== 'cancelled') {
    messages.push(`Its cancellation was accepted, and it is ${goal.status}.`);
  }
  return messages;
}

/** A sub-goal is set going again by a retry of what it was made for, at most once by each. */
function afterRetries({ parent, events }: GoalSeen, goals: readonly GoalSeen[]): string[] {
  const above = goals.find(({ goalId }) => goalId === parent?.goalId);
  const retriesOf = (all: readonly GoalEvent[]): number =>
    all.filter(({ event }) => event === 'goal.retried').length;
  const [own, most] = [retriesOf(events), retriesOf(above?.events ?? [])];
  return own > most ? [`It was retried ${own} times, and the goal above it ${most} times.`] : [];
}

/** A terminal status that was seen and became another without a retry. */
function changes(sightings: readonly Sighting[], actions: readonly Action[]): string[] {
  const sorted = sightings.toSorted((left, right) => left.at - right.at);
  return sorted.flatMap((sighting, index) => {
    const before = sorted[index - 1];
    if (!before || !isTerminal(before.status) || before.status === sighting.status) return [];
    const wasRetried = actions.some(
      ({ what, sentAt, status }) => what === 'retry' && status !== 409 && sentAt <= sighting.at,
    );
    return wasRetried
      ? []
      : [`It was seen ${before.status}, and ${sighting.at - before.at} ms later ${sighting.status}.`];
  });
}
