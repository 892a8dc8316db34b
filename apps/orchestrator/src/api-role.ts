import { openEventFeed } from '@baton/shared/ledger/event-feed';
import { readEvents } from '@baton/shared/ledger/event-log';
import { readEventState } from '@baton/shared/ledger/goal-view';
import { openLedger, type Ledger } from '@baton/shared/ledger/ledger';
import { connect } from '@baton/shared/redis/connection';
import { isLoopback } from '@baton/shared/settings/settings';
import type { Health, Listening } from '@baton/shared/process/health-server';
import { createDashboard, dashboardLink, type Dashboard } from './dashboard/dashboard.ts';
import { goalEnder } from './flows/end-goal.ts';
import { openGoalsQueue } from './flows/goals-queue.ts';
import { createGoals } from './flows/goals.ts';
import { createApp, startServer } from './http/server.ts';
import { knownWorkerTypes, viewWorkerTypes } from './planner/known-workers.ts';
import type { ProcessParts } from './process-parts.ts';

/** Without a password the dashboard is shown only where the API is open too: on loopback, with no keys set. */
function openDashboard(
  { settings, logger, keyspace }: ProcessParts,
  ledger: Ledger,
  isOpen: boolean,
): Dashboard | null {
  const { DASHBOARD_USER: user, DASHBOARD_PASSWORD: password } = settings;
  const login = user !== undefined && password !== undefined ? { user, password } : null;
  if (!login && !isOpen) {
    logger.warn('the dashboard is off: set DASHBOARD_USER and DASHBOARD_PASSWORD to have it');
    return null;
  }
  return createDashboard({
    connection: ledger.redis,
    prefix: keyspace.queuePrefix,
    readOnly: settings.DASHBOARD_READ_ONLY,
    login,
    workerTypes: () => knownWorkerTypes(ledger),
  });
}

/** The HTTP side: it answers within seconds or refuses, so its commands do not wait through an outage. */
export async function startApiRole(parts: ProcessParts, health: Health): Promise<Listening> {
  const { settings, logger, metrics, keyspace, recipes, onRedisError } = parts;
  const keys = settings.BATON_API_KEYS ?? settings.BATON_API_KEYS_FILE ?? [];
  if (keys.length === 0) logger.warn('no API keys are set: everybody on this machine may use this server');

  const requests = connect(settings.REDIS_URL, 'failFast', onRedisError);
  const reader = connect(settings.REDIS_URL, 'patient', onRedisError);
  const ledger = openLedger(requests, keyspace);
  const feed = openEventFeed(ledger, reader, onRedisError);
  const queue = openGoalsQueue(requests, keyspace.queuePrefix, settings.GOAL_RETENTION);
  const dashboard = openDashboard(parts, ledger, keys.length === 0 && isLoopback(settings.HOST));

  const app = createApp({
    goals: createGoals({
      ledger,
      queue,
      recipes,
      metrics,
      endGoal: goalEnder({ ledger, retentionMs: settings.GOAL_RETENTION, metrics, logger }),
      links: (goalId, rev) => ({
        self: `/v1/goals/${goalId}`,
        events: `/v1/goals/${goalId}/events`,
        dashboard: dashboard && dashboardLink(goalId, rev),
      }),
    }),
    events: {
      state: (tenant, goalId) => readEventState(ledger, goalId, tenant),
      read: (goalId, afterId) => readEvents(ledger, goalId, afterId),
      subscribe: (goalId, afterId, onEvent) => feed.subscribe(goalId, afterId, { onEvent }),
    },
    workerTypes: { list: () => viewWorkerTypes(ledger) },
    health,
    dashboard,
    keys,
    logger,
  });
  const server = await startServer(app, settings.PORT, settings.HOST);
  return {
    url: server.url,
    async close() {
      await server.close();
      await feed.close();
      await queue.close();
      await dashboard?.close();
      requests.disconnect();
    },
  };
}
