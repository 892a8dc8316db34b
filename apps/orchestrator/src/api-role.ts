import { openCoordination } from '@baton/shared/coordination/open-coordination';
import type { RequestListener } from 'node:http';
import { readDeliveries } from '@baton/shared/ledger/deliveries';
import { openEventFeed } from '@baton/shared/ledger/event-feed';
import { readEvents } from '@baton/shared/ledger/event-log';
import { readGoalCalls } from '@baton/shared/ledger/goal-calls';
import { readEventState } from '@baton/shared/ledger/goal-view';
import { ledgerSettings, openLedger, type Ledger } from '@baton/shared/ledger/ledger';
import { readUsage } from '@baton/shared/ledger/usage-report';
import { openModelAccess } from '@baton/shared/model/model-access';
import { openAdmission } from '@baton/shared/redis/admission';
import { connect } from '@baton/shared/redis/connection';
import { openDurability } from '@baton/shared/redis/durability';
import { isLoopback } from '@baton/shared/settings/settings';
import type { Health } from '@baton/shared/process/health-server';
import { createDashboard, dashboardLink, type Dashboard } from './dashboard/dashboard.ts';
import { endOfGoals } from './flows/end-of-goal.ts';
import { goalEnder } from './flows/end-goal.ts';
import { readFleetStats } from './flows/fleet-stats.ts';
import { openGoalsQueue } from './flows/goals-queue.ts';
import { createGoals } from './flows/goals.ts';
import { openWaitingQueue } from './hierarchy/waiting-queue.ts';
import { planFitter } from './forecast/fit-plan.ts';
import { auditTrail } from './http/audit.ts';
import { createApp } from './http/server.ts';
import { dryRunner } from './planner/dry-run.ts';
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
    audit: auditTrail(logger),
    workerTypes: () => knownWorkerTypes(ledger),
  });
}

/** ms that Redis may take to confirm a new goal; less than what a request may wait for Redis. */
const CONFIRMATION_TIME = 2_000;

export interface ApiRole {
  readonly app: RequestListener;
  close(): Promise<void>;
}

/**
 * The HTTP side: it answers within seconds or refuses, so its commands do not wait through an outage.
 * @param stopping aborted when the process begins to stop: replies that stay open end then.
 */
export function openApiRole(parts: ProcessParts, health: Health, stopping: AbortSignal): ApiRole {
  const { settings, logger, metrics, keyspace, recipes, onRedisError } = parts;
  const { BATON_API_KEYS_FILE: keysFile } = settings;
  const keys = settings.BATON_API_KEYS ?? keysFile?.keys ?? [];
  if (keysFile?.isReadableByAll)
    logger.warn('every user of this machine may read BATON_API_KEYS_FILE: take that right away (chmod o-r)');
  if (keys.length === 0) logger.warn('no API keys are set: everybody on this machine may use this server');

  const requests = connect(settings.REDIS_URL, 'failFast', onRedisError);
  const reader = connect(settings.REDIS_URL, 'patient', onRedisError);
  const ledger = openLedger(requests, keyspace, ledgerSettings(settings));
  // Confirmations block their connection: nobody but new goals is to wait for them.
  const intakeLedger =
    settings.ACK === 'memory'
      ? ledger
      : openLedger(connect(settings.REDIS_URL, 'failFast', onRedisError), keyspace, ledgerSettings(settings));
  const admission = openAdmission({
    redis: requests,
    ack: settings.ACK,
    logger,
    onMemoryShare: (share) => metrics.redisMemoryShare.set(share),
  });
  const feed = openEventFeed(ledger, reader, onRedisError);
  const queue = openGoalsQueue(requests, keyspace.queuePrefix, settings.GOAL_RETENTION);
  const waiting = openWaitingQueue(requests, keyspace.queuePrefix);
  const models = openModelAccess(
    parts.llm,
    settings,
    metrics,
    openCoordination({ ...parts, redis: requests }),
  );
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
      mostOpen: settings.TENANT_MAX_GOALS,
      reviewRounds: settings.REVIEW_ROUNDS,
      endOf: endOfGoals(ledger, feed, stopping),
      privateWebhooks: settings.WEBHOOK_ALLOW_PRIVATE,
      fitPlan: planFitter({ ledger, ...models }),
      endGoal: goalEnder({ ledger, retentionMs: settings.GOAL_RETENTION, metrics, logger, waiting }),
      links: (goalId, rev) => ({
        self: `/v1/goals/${goalId}`,
        events: `/v1/goals/${goalId}/events`,
        dashboard: dashboard && dashboardLink(goalId, rev),
      }),
    }),
    events: {
      state: (tenant, goalId) => readEventState(ledger, goalId, tenant),
      read: (goalId, afterId) => readEvents(ledger, goalId, afterId),
      follow: feed.follow,
      stopping,
    },
    deliveries: { list: (tenant, goalId) => readDeliveries(ledger, goalId, tenant) },
    workerTypes: { list: () => viewWorkerTypes(ledger) },
    recipes: { list: () => viewRecipes(recipes) },
    plans: {
      dryRun: dryRunner({
        ledger,
        recipes,
        models,
        reviewRounds: settings.REVIEW_ROUNDS,
        most: settings.PLANNER_CONCURRENCY,
        stopping,
      }),
    },
    stats: { read: () => readFleetStats(ledger) },
    calls: {
      page: (tenant, goalId, after, limit) => readGoalCalls(ledger, goalId, tenant, after, limit),
    },
    usage: { read: (tenant, period, today) => readUsage(ledger, tenant, period, today) },
    health,
    dashboard,
    keys,
    rateLimit:
      settings.RATE_LIMIT === 0
        ? null
        : {
            perMinute: settings.RATE_LIMIT,
            send: keys.length === 0 ? null : ([name = '', ...values]) => requests.call(name, ...values),
            keyPrefix: keyspace.rateLimit,
          },
    maxStreams: settings.MAX_STREAMS,
    corsOrigins: settings.CORS_ORIGINS,
    logger,
  });
  return {
    app,
    async close() {
      await feed.close();
      await queue.close();
      await waiting.close();
      await dashboard?.close();
      admission.close();
      requests.disconnect();
      intakeLedger.redis.disconnect();
    },
  };
}
