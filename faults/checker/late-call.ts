import { shortHash } from '@baton/emulator/calls/goal-hash';
import type { CallRecord, Evidence, GoalEvent, GoalSeen } from '../evidence/evidence.ts';
import { callsByGoal, nameOf } from './goal-calls.ts';
import { isTerminalEvent, outcomeIn, retriedTasks, timeOf } from './runs.ts';
import type { Expectations, Violation } from './violation.ts';

const invariant = 'late-call';
/** ms in which a call may arrive that was begun before its goal was ended from outside, such as by a cancel. */
const GRACE = 5_000;

/** Something that ends a step, or sets it going again. */
interface Mark {
  /** ms since the epoch. */
  readonly at: number;
  readonly ends: boolean;
  readonly event: GoalEvent;
}

/**
 * Nothing is asked of the model for a step that has ended, or for a goal that was not accepted. A process that stood still
 * between its question to the ledger and its request may do so once for each call it had in flight.
 */
export function checkLateCalls(
  evidence: Evidence,
  { faultsPastLock, concurrency }: Required<Omit<Expectations, 'except'>>,
): Violation[] {
  const late = callsByGoal(evidence).flatMap(({ seen, calls }) => lateCalls(seen, calls));
  return [...(late.length > faultsPastLock * concurrency ? late : []), ...strangers(evidence)];
}

function lateCalls(seen: GoalSeen, calls: readonly CallRecord[]): Violation[] {
  return calls.flatMap((call) => {
    const last = marksFor(call, seen.events).findLast(({ at, ends }) =>
      ends ? at < call.at : at <= call.at,
    );
    if (!last?.ends) return [];
    const after = call.at - timeOf(last.event);
    const message = `A call for ${nameOf(call)} came ${after} ms after ${last.event.event} (event ${last.event.id})`;
    return [{ invariant, goalId: seen.goalId, message }];
  });
}

function marksFor({ role, task }: CallRecord, events: readonly GoalEvent[]): Mark[] {
  let isPlanned = false;
  return events.flatMap((event) => {
    isPlanned ||= event.event === 'goal.planned';
    const outcome = outcomeIn(event);
    const retried = retriedTasks(event);
    if (isTerminalEvent(event)) return [mark(event, true, isFromOutside(event) ? GRACE : 0)];
    if (role === 'task' && outcome?.taskId === task) {
      return [mark(event, true, outcome?.status === 'cancelled' ? GRACE : 0)];
    }
    if (role === 'task' && retried?.includes(task ?? '')) return [mark(event, false)];
    if (role === 'planner' && event.event === 'goal.planned') return [mark(event, true)];
    if (role === 'planner' && retried && !isPlanned) return [mark(event, false)];
    if (role === 'synthesiser' && retried) return [mark(event, false)];
    return [];
  });
}

function isFromOutside({ event }: GoalEvent): boolean {
  return event === 'goal.cancelled' || event === 'goal.expired' || event === 'goal.failed';
}

function mark(event: GoalEvent, ends: boolean, graceMs = 0): Mark {
  return { at: timeOf(event) + graceMs, ends, event };
}

/** Calls for goals that nobody submitted, or whose request was refused. */
function strangers({ goals, model, client }: Evidence): Violation[] {
  const known = new Set(goals.map(({ text }) => text.trim()));
  const refused = client.submissions.filter(
    ({ request, answer }) =>
      answer.kind === 'refused' && answer.status < 500 && !known.has(request.goal.trim()),
  );
  const asked = new Map(model.calls.map((call) => [call.goalHash, call]));
  return refused.flatMap(({ request, answer }) => {
    const call = asked.get(shortHash(request.goal.trim()));
    return call && answer.kind === 'refused'
      ? [
          {
            invariant,
            message: `A goal was refused with ${answer.status}, and a call was made for it: ${nameOf(call)}`,
          },
        ]
      : [];
  });
}
