/**
 * Ends a goal from outside, over connections that may break.
 *
 * Invariants:
 * 1. A goal ends once, so that the call may be repeated: a repetition finds it ended, and is answered 409.
 * 2. 409 is a success when an attempt before it may have been heard, and the goal ended as asked and since the first attempt,
 *    by the server's clock. Where that is not known, as in browsers, that it ended as asked is enough.
 * 3. Every other 409 is thrown: that of a goal that had ended before, or ends otherwise.
 */
import type { CallOptions } from './api.ts';
import type { Connection } from './connection.ts';
import type { Goal } from './contract/goal.ts';
import { BatonError } from './errors.ts';
import { goalPath } from './goal-path.ts';

/** How far a `Date` header, cut to seconds, and the clock that dates goals may be apart, in ms. */
const CLOCK_TOLERANCE = 2_000;

export interface Ending {
  readonly id: string;
  readonly action: 'cancel' | 'reject';
  readonly body?: object;
  readonly options: CallOptions | undefined;
  /** Whether a goal has ended as asked. */
  readonly isDone: (goal: Goal) => boolean;
}

export async function endGoal(connection: Connection, ending: Ending): Promise<Goal> {
  const { id, action, body, options, isDone } = ending;
  const { clock } = connection;
  const began = clock.now();
  let isUnsure = false;
  try {
    return await connection.json({
      method: 'POST',
      path: `${goalPath(id)}/${action}`,
      body,
      repeatable: true,
      onUnsure: () => (isUnsure = true),
      options,
    });
  } catch (error) {
    if (!isUnsure || !(error instanceof BatonError) || error.status !== 409) throw error;
    const { reply: goal, repliedAt } = await connection.timedJson<Goal>({
      method: 'GET',
      path: goalPath(id),
      repeatable: true,
      options,
    });
    if (isDone(goal) && !endedBefore(goal, repliedAt, clock.now() - began)) return goal;
    throw error;
  }
}

/** Whether a goal had surely ended `elapsed` ms before the server's `now`. */
function endedBefore({ finishedAt }: Goal, now: number | null, elapsed: number): boolean {
  return now !== null && Date.parse(finishedAt ?? '') < now - elapsed - CLOCK_TOLERANCE;
}
