import type { ServerContext } from '@modelcontextprotocol/server';
import type { GoalEvent } from '@baton/shared/contract/event';
import { goalSteps } from './goal-steps.ts';

/** Least time between two notifications about tasks, in ms; what comes sooner is left out, and counted by the next. */
const LEAST_INTERVAL = 50;

/** Tells the caller of one tool call how a goal goes on, when it asked to be told. */
export function progressNotifier(
  { mcpReq }: Pick<ServerContext, 'mcpReq'>,
  now: () => number = () => performance.now(),
): (event: GoalEvent) => void {
  const progressToken = mcpReq._meta?.progressToken; // oxlint-disable-line no-underscore-dangle -- the protocol's name
  if (progressToken === undefined) return () => undefined;
  const stepFor = goalSteps();
  let toldAt = -Infinity;
  return (event) => {
    const step = stepFor(event);
    if (step === null) return;
    if (event.event.startsWith('task.')) {
      if (now() - toldAt < LEAST_INTERVAL) return;
      toldAt = now();
    }
    const params = { progressToken, ...step };
    // Fails when the caller has gone, which the wait hears of by itself.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}
