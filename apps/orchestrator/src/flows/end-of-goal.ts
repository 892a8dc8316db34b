import type { EventFeed } from '@baton/shared/ledger/event-feed';
import { readEventState } from '@baton/shared/ledger/goal-view';
import type { Ledger } from '@baton/shared/ledger/ledger';

/**
 * Waits for goals to end: until then, for so many ms, or until the signal is aborted, whatever comes first.
 * @param stopping when it is aborted nobody waits any longer.
 */
export function endOfGoals(ledger: Ledger, feed: Pick<EventFeed, 'subscribe'>, stopping: AbortSignal) {
  return async (tenant: string, goalId: string, ms: number, signal: AbortSignal): Promise<void> => {
    const state = await readEventState(ledger, goalId, tenant);
    if (!state || state.ended || signal.aborted || stopping.aborted) return;
    const { lastEventId } = state;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      const unsubscribe = feed.subscribe(
        goalId,
        { afterId: lastEventId, upTo: lastEventId },
        { onEvent: (_event, isLast) => isLast && done() },
      );
      for (const each of [signal, stopping]) each.addEventListener('abort', done);
      function done(): void {
        clearTimeout(timer);
        for (const each of [signal, stopping]) each.removeEventListener('abort', done);
        unsubscribe();
        resolve();
      }
    });
  };
}
