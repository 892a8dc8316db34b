import { Router, type Request } from 'express';
import type { GoalEvent } from '@baton/shared/contract/event';
import type { EventRange } from '@baton/shared/ledger/event-feed';
import type { Follower } from '@baton/shared/ledger/fan-out';
import { callerOf, requireScope } from './authenticate.ts';
import { openEventStreams } from './event-streams.ts';
import { noSuchGoal, requireGoalId } from './goal-id.ts';
import { holdStream } from './open-streams.ts';
import { methodNotAllowed, ProblemError } from './problem.ts';

/** What this route needs of the rest of the orchestrator. */
export interface GoalEvents {
  /** Null when the tenant has no such goal. */
  state(tenant: string, goalId: string): Promise<{ ended: boolean; lastEventId: string } | null>;
  /** All events after `afterId`. */
  read(goalId: string, afterId: string): Promise<GoalEvent[]>;
  /** Ends with a terminal event that is not before `upTo`: the terminal events of earlier runs end nothing. */
  follow(goalId: string, range: EventRange, follower: Follower): () => void;
  /** Aborted when the process begins to stop. */
  readonly stopping: AbortSignal;
}

function lastEventId(request: Request): string {
  const id = request.get('last-event-id') ?? '0';
  if (/^\d{1,15}$/.test(id)) return String(Number(id));
  const message = 'must be the id of an event of this goal';
  throw new ProblemError('invalid_request', `Last-Event-ID: ${message}`, [
    { path: 'Last-Event-ID', message },
  ]);
}

function refuseFutureEvents(afterId: string, lastEvent: string): void {
  if (Number(afterId) <= Number(lastEvent)) return;
  const message = `must be the id of an event of this goal, whose last is ${lastEvent}`;
  throw new ProblemError('invalid_request', `Last-Event-ID: ${message}`, [
    { path: 'Last-Event-ID', message },
  ]);
}

export function eventRoutes(events: GoalEvents): Router {
  const router = Router();
  const sendEvents = openEventStreams(events.stopping);
  router.param('goalId', requireGoalId);
  router
    .route('/goals/:goalId/events')
    .get(requireScope('read'), async (request, response) => {
      const { goalId } = request.params;
      const afterId = lastEventId(request);
      const state = await events.state(callerOf(response).tenant, goalId);
      if (!state) throw noSuchGoal(goalId);
      refuseFutureEvents(afterId, state.lastEventId);
      const nothingMore = state.ended && afterId === state.lastEventId;
      if (request.accepts(['text/event-stream', 'application/json']) === 'application/json') {
        response.json({ items: await events.read(goalId, afterId) });
      } else if (nothingMore) response.status(204).end();
      else {
        if (request.method !== 'HEAD') holdStream(response);
        response.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        if (request.method === 'HEAD') response.end();
        else {
          const range = { afterId, upTo: state.lastEventId };
          sendEvents(response, (follower) => events.follow(goalId, range, follower));
        }
      }
    })
    .all(methodNotAllowed('GET'));
  return router;
}
