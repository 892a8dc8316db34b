import type { RequestListener } from 'node:http';
import { openEventFeed } from '@baton/shared/ledger/event-feed';
import { readEvents } from '@baton/shared/ledger/event-log';
import { readEventState } from '@baton/shared/ledger/goal-view';
import { openLedger, type Ledger } from '@baton/shared/ledger/ledger';
import { openAdmission } from '@baton/shared/redis/admission';
import { connect } from '@baton/shared/redis/connection';
import { openDurability } from '@baton/shared/redis/durability';
import { isLoopback } from '@baton/shared/settings/settings';
import type { Health } from '@baton/shared/process/health-server';
import { createDashboard, dashboardLink, type Dashboard } from './dashboard/dashboard.ts';
import { goalEnder } from './flows/end-goal.ts';
import { openGoalsQueue } from './flows/goals-queue.ts';
import { createGoals } from './flows/goals.ts';
import { createApp } from './http/server.ts';
import { knownWorkerTypes, viewWorkerTypes } from './planner/known-workers.ts';
import { viewRecipes } from './planner/recipes.ts';
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

/** ms that Redis may take to confirm a new goal; less than what a request may wait for Redis. */
const CONFIRMATION_TIME = 2_000;

export interface ApiRole {
  readonly app: RequestListener;
  close(): Promise<void>;
}

/** The HTTP side: it answers within seconds or refuses, so its commands do not wait through an outage. */
export function openApiRole(parts: ProcessParts, health: Health): ApiRole {
  const { settings, logger, metrics, keyspace, recipes, onRedisError } = parts;
  const keys = settings.BATON_API_KEYS ?? settings.BATON_API_KEYS_FILE ?? [];
  if (keys.length === 0) logger.warn('no API keys are set: everybody on this machine may use this server');

  const requests = connect(settings.REDIS_URL, 'failFast', onRedisError);
  const reader = connect(settings.REDIS_URL, 'patient', onRedisError);
  const ledger = openLedger(requests, keyspace);
  // Confirmations block their connection: nobody but new goals is to wait for them.
  const intakeLedger =
    settings.ACK === 'memory'
      ? ledger
      : openLedger(connect(settings.REDIS_URL, 'failFast', onRedisError), keyspace);
  const admission = openAdmission({
    redis: requests,
    ack: settings.ACK,
    logger,
    onMemoryShare: (share) => metrics.redisMemoryShare.set(share),
  });
  const feed = openEventFeed(ledger, reader, onRedisError);
  const queue = openGoalsQueue(requests, keyspace.queuePrefix, settings.GOAL_RETENTION);
  const dashboard = openDashboard(parts, ledger, keys.length === 0 && isLoopback(settings.HOST));

  const app = createApp({
    goals: createGoals({
      ledger,
      intake: {
        ledger: intakeLedger,
        durability: openDurability(intakeLedger.redis, settings.ACK, CONFIRMATION_TIME),
        admission,
      },
      queue,
      recipes,
      metrics,
      deadlineMs: settings.GOAL_DEADLINE,
      privateWebhooks: settings.WEBHOOK_ALLOW_PRIVATE,
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
      subscribe: (goalId, range, onEvent) => feed.subscribe(goalId, range, { onEvent }),
    },
    workerTypes: { list: () => viewWorkerTypes(ledger) },
    recipes: { list: () => viewRecipes(recipes) },
    health,
    dashboard,
    keys,
    logger,
  });
  return {
    app,
    async close() {
      await feed.close();
      await queue.close();
      await dashboard?.close();
      admission.close();
      requests.disconnect();
      intakeLedger.redis.disconnect();
    },
  };
}
