/**
 * The events of a goal and of the goals that its tasks were handed on as, in one stream.
 *
 * Invariants:
 * 1. Events of one goal come once and in its order, and those of a goal within it after the event that names that goal.
 * 2. What a goal within said comes before the end of its task, unless it keeps that waiting for longer than `patienceMs`.
 * 3. The stream ends with the goal's own, and fails as it does; every other stream ends with it, also when its reader leaves.
 * 4. A stream of a goal within that fails ends by itself: less is shown, and nothing is lost.
 * 5. At most `MOST_STREAMS` goals within are followed at once, `MOST_DEPTH` deep; others show as their tasks do.
 */
import type { BatonClient } from '../client.ts';
import type { GoalEvent } from '../contract/event.ts';
import { taskEndings } from '../endings.ts';
import { subGoalIn } from './event-data.ts';

const MOST_STREAMS = 8;
const MOST_DEPTH = 4;
/** ms. */
const PATIENCE = 2_000;

export interface TreeEventOptions {
  readonly signal: AbortSignal;
  /** Longest that a task's end is kept waiting for the end of its goal. */
  readonly patienceMs?: number;
}

interface Followed {
  /** Settles with its stream, and never rejects. */
  ended: Promise<void>;
  lastEventId: string | undefined;
  isOpen: boolean;
}

export async function* treeEvents(
  stream: BatonClient['goals']['stream'],
  goalId: string,
  { signal, patienceMs = PATIENCE }: TreeEventOptions,
): AsyncGenerator<GoalEvent, void> {
  const leaving = new AbortController();
  const either = AbortSignal.any([signal, leaving.signal]);
  const ready: GoalEvent[] = [];
  const within = new Map<string, Followed>();
  let wake = (): void => undefined;

  /** Reads one goal's stream to its end. */
  async function read(id: string, depth: number, followed: Followed | null): Promise<void> {
    const byTask = new Map<string, Followed>();
    const lastEventId = followed?.lastEventId;
    for await (const event of stream(id, { signal: either, lastEventId })) {
      if (followed) followed.lastEventId = event.id;
      const { taskId = '' } = event.data;
      const own = byTask.get(taskId);
      if (own?.isOpen && event.event in taskEndings) await atMost(patienceMs, own.ended, either);
      ready.push(event);
      wake();
      const subGoal = event.event === 'task.progress' ? subGoalIn(event.data) : null;
      if (subGoal !== null && depth < MOST_DEPTH) {
        const child = follow(subGoal, depth + 1);
        if (child) byTask.set(taskId, child);
      }
    }
  }

  /** Null where too many are followed already. */
  function follow(id: string, depth: number): Followed | null {
    const known = within.get(id);
    if (known?.isOpen) return known;
    if ([...within.values()].filter(({ isOpen }) => isOpen).length >= MOST_STREAMS) return null;
    const followed: Followed = known ?? { ended: Promise.resolve(), lastEventId: undefined, isOpen: true };
    followed.isOpen = true;
    within.set(id, followed);
    followed.ended = read(id, depth, followed)
      .catch(() => undefined)
      .then(() => void (followed.isOpen = false));
    return followed;
  }

  let outcome: { readonly failure: unknown } | 'going' | 'ended' = 'going';
  const settle = (last: typeof outcome): void => {
    outcome = last;
    wake();
  };
  const root = read(goalId, 1, null).then(
    () => settle('ended'),
    (failure: unknown) => settle({ failure }),
  );
  try {
    for (;;) {
      for (let event = ready.shift(); event; event = ready.shift()) yield event;
      const last = outcome as { readonly failure: unknown } | 'going' | 'ended';
      if (last === 'ended') return;
      if (last !== 'going') throw last.failure;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    leaving.abort();
    await Promise.all([root, ...[...within.values()].map(({ ended }) => ended)]);
  }
}

/** Waits for what never rejects, for `ms` or until the signal at the most. */
async function atMost(ms: number, awaited: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let end = (): void => undefined;
  const limit = new Promise<void>((resolve) => (end = resolve));
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end, { once: true });
  await Promise.race([awaited, limit]);
  clearTimeout(timer);
  signal.removeEventListener('abort', end);
}
