/**
 * Waits for a goal's end on behalf of one tool call.
 *
 * Invariants:
 * 1. Waiting never ends or changes the goal.
 * 2. Once a goal's id is known, no failure of the wait keeps it from the caller: the wait resolves with the last that is known.
 * 3. The wait ends at the first of: the goal's end, a plan that waits for a person, its time, the stop of this server, a stream
 *    that can not be followed, and an abort by the caller. Only the last one rejects, with the caller's reason.
 * 4. Nothing is left behind: its timer and listeners go with it.
 */
import type { GoalEvent } from '@baton/shared/contract/event';
import type { Goal } from '@baton/shared/contract/goal';
import type { Baton } from '../port.ts';

export interface Waiting {
  readonly baton: Baton;
  /** Longest wait, in ms; 0 for none. */
  readonly ms: number;
  /** Aborted when nobody wants the answer any more. */
  readonly caller: AbortSignal;
  /** Aborted when this server stops. */
  readonly stop: AbortSignal;
  readonly onEvent: (event: GoalEvent) => void;
}

export interface Waited {
  readonly goal: Goal;
  /** Why the wait ended before the goal and before its time, where it did; sentences for the caller. */
  readonly notes: readonly string[];
}

/** How long the goal is asked for after the wait, in ms. */
const LAST_LOOK = 5_000;
const LAST_LOOK_AT_STOP = 1_000;

export async function waitForEnd(goal: Goal, waiting: Waiting): Promise<Waited> {
  if (goal.finishedAt !== null || waiting.ms <= 0) return { goal, notes: [] };
  const { caller, stop } = waiting;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const timer = setTimeout(end, waiting.ms);
  caller.addEventListener('abort', end);
  stop.addEventListener('abort', end);
  if (caller.aborted || stop.aborted) end();
  let notes: string[] = [];
  try {
    notes = await follow(goal.id, waiting, ending.signal);
  } catch (error) {
    caller.throwIfAborted();
    if (stop.aborted) notes = ['This MCP server is stopping, so the wait ended early.'];
    else if (!ending.signal.aborted) notes = [`The wait ended early: ${messageOf(error)}`];
  } finally {
    clearTimeout(timer);
    caller.removeEventListener('abort', end);
    stop.removeEventListener('abort', end);
  }
  caller.throwIfAborted();
  return { goal: await lastLook(goal, waiting), notes };
}

async function follow(id: string, { baton, onEvent }: Waiting, signal: AbortSignal): Promise<string[]> {
  for await (const event of baton.goals.stream(id, { signal })) {
    onEvent(event);
    if (event.event !== 'goal.awaiting_approval') continue;
    const { status } = await baton.goals.get(id, { signal });
    if (status === 'awaiting_approval') return ['The goal does not go on before somebody approves its plan.'];
  }
  return [];
}

/** The goal as it is now; as it was before when Baton does not say in time. */
async function lastLook(goal: Goal, { baton, caller, stop }: Waiting): Promise<Goal> {
  const ms = stop.aborted ? LAST_LOOK_AT_STOP : LAST_LOOK;
  try {
    return await baton.goals.get(goal.id, { signal: AbortSignal.timeout(ms) });
  } catch {
    caller.throwIfAborted();
    return goal;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
