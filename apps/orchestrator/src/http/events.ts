import { Router, type Request, type Response } from 'express';
import type { GoalEvent } from '@baton/shared/contract/event';
import type { WrittenEvent } from '@baton/shared/ledger/event-log';
import { callerOf, requireScope } from './authenticate.ts';
import { noSuchGoal, requireGoalId } from './goal-id.ts';
import { methodNotAllowed, ProblemError } from './problem.ts';

const HEARTBEAT = 15_000;
/** A reader that takes nothing for so long, in ms, is let go; it comes back with Last-Event-ID. */
const PATIENCE = 15_000;
const RETRY = 2_000;

/** What this route needs of the rest of the orchestrator. */
export interface GoalEvents {
  /** Null when the tenant has no such goal. */
  state(tenant: string, goalId: string): Promise<{ ended: boolean; lastEventId: string } | null>;
  /** All events after `afterId`. */
  read(goalId: string, afterId: string): Promise<GoalEvent[]>;
  /** Ends with a terminal event that is not before `upTo`: the terminal events of earlier runs end nothing. */
  subscribe(
    goalId: string,
    range: { afterId: string; upTo: string },
    onEvent: (event: WrittenEvent, isLast: boolean) => void,
  ): () => void;
}

function lastEventId(request: Request): string {
  const id = request.get('last-event-id') ?? '0';
  if (/^\d{1,15}$/.test(id)) return id;
  const message = 'must be the id of an event of this goal';
  throw new ProblemError('invalid_request', `Last-Event-ID: ${message}`, [
    { path: 'Last-Event-ID', message },
  ]);
}

function frame({ id, event, data }: WrittenEvent): string {
  return `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;
}

function stream(
  events: GoalEvents,
  goalId: string,
  range: { afterId: string; upTo: string },
  response: Response,
): void {
  response.write(`retry: ${RETRY}\n\n`);
  const heartbeat = setInterval(() => response.write(': heartbeat\n\n'), HEARTBEAT);
  let patience: NodeJS.Timeout | null = null;
  const losePatience = (): void => {
    patience ??= setTimeout(() => response.destroy(), PATIENCE);
  };
  const unsubscribe = events.subscribe(goalId, range, (event, isLast) => {
    const isTaken = response.write(frame(event));
    if (isLast) {
      clearInterval(heartbeat);
      response.end();
      losePatience();
    } else if (!isTaken) losePatience();
  });
  response.on('drain', () => {
    if (patience) clearTimeout(patience);
    patience = null;
  });
  response.on('error', () => response.destroy());
  response.on('close', () => {
    clearInterval(heartbeat);
    if (patience) clearTimeout(patience);
    unsubscribe();
  });
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
        response.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        if (request.method === 'HEAD') response.end();
        else stream(events, goalId, { afterId, upTo: state.lastEventId }, response);
      }
    })
    .all(methodNotAllowed('GET'));
  return router;
}
