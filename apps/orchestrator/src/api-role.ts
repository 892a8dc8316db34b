import { readAnalytics } from '@baton/shared/analytics/read-analytics';
import { openReportQueue } from '@baton/shared/analytics/report-queue';
import { openCoordination } from '@baton/shared/coordination/open-coordination';
import type { RequestListener } from 'node:http';
import { readDeliveries } from '@baton/shared/ledger/deliveries';
import { openEventFeed } from '@baton/shared/ledger/event-feed';
import { readEvents } from '@baton/shared/ledger/event-log';
import { countingPhases } from '@baton/shared/ledger/phase-watch';
import { readGoalCalls } from '@baton/shared/ledger/goal-calls';
import { readEventState, type GoalLinks } from '@baton/shared/ledger/goal-view';
import { ledgerSettings, openLedger, type Ledger } from '@baton/shared/ledger/ledger';
import { readUsage } from '@baton/shared/ledger/usage-report';
import { openModelAccess } from '@baton/shared/model/model-access';
import { openAdmission } from '@baton/shared/redis/admission';
import { connect } from '@baton/shared/redis/connection';
import { openDurability } from '@baton/shared/redis/durability';
import { unservedTiers } from '@baton/shared/settings/endpoints';
import { isLoopback } from '@baton/shared/settings/settings';
import type { Health } from '@baton/shared/process/health-server';
import { createDashboard, dashboardLink, type Dashboard } from './dashboard/dashboard.ts';
import { dashboardLoginsOf } from './dashboard/logins.ts';
import { readShownGoal } from './dashboard/shown-goal.ts';
import { endOfGoals } from './flows/end-of-goal.ts';
import { goalEnder } from './flows/end-goal.ts';
import { readFleetStats } from './flows/fleet-stats.ts';
import { openGoalsQueue } from './flows/goals-queue.ts';
import { createGoals } from './flows/goals.ts';
import { openWaitingQueue } from './hierarchy/waiting-queue.ts';
import { planFitter } from './forecast/fit-plan.ts';
import { auditTrail } from './http/audit.ts';
import type { DryRunResult } from './http/plans.ts';
import { createApp } from './http/server.ts';
import { dryRunner } from './planner/dry-run.ts';
import { knownWorkerTypes, viewWorkerTypes } from './planner/known-workers.ts';
import { viewRecipes } from './planner/recipes.ts';
import type { ProcessParts } from './process-parts.ts';

/** Without a password the dashboard is shown only where the API is open too: on loopback, with no keys set. */
function openDashboard(
  { settings, logger }: ProcessParts,
  ledger: Ledger,
  links: GoalLinks,
  isOpen: boolean,
): Dashboard | null {
  const logins = dashboardLoginsOf(settings);
  if (!logins && !isOpen) {
    logger.warn(
      'the dashboard is off: set DASHBOARD_LOGINS, or DASHBOARD_USER and DASHBOARD_PASSWORD, to have it',
    );
    return null;
  }
  return createDashboard({
    ledger,
    logins,
    openRole: settings.DASHBOARD_READ_ONLY ? 'viewer' : 'operator',
    audit: auditTrail(logger),
    workerTypes: () => knownWorkerTypes(ledger),
    readGoal: (goalId) => readShownGoal(ledger, goalId, links),
  });
}

/** ms that Redis may take to confirm a new goal; less than what a request may wait for Redis. */
const CONFIRMATION_TIME = 2_000;

/** Of a process that holds no key for models. */
const noDryRuns: DryRunResult = {
  kind: 'failed',
  error: {
    type: 'model_error',
    message:
      'This server was given no endpoint for models, so it plans nothing itself. ' +
      'Submit the goal with options.approval to see its plan before it runs.',
  },
};

/** Analytics that this process makes at a time, and those that wait for their turn. */
const REPORTS_AT_ONCE = 2;
const REPORTS_WAITING = 20;

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

  const hasModels = unservedTiers(settings).length === 0;
  if (!hasModels) logger.info('no endpoint for models is set: POST /v1/plans makes no plans here');

  const requests = connect(settings.redis, 'failFast', onRedisError);
  const reader = connect(settings.redis, 'patient', onRedisError);
  const ledger = openLedger(requests, keyspace, ledgerSettings(settings), countingPhases(metrics));
  // Confirmations block their connection: nobody but new goals is to wait for them.
  const intakeLedger =
    settings.ACK === 'memory'
      ? ledger
      : openLedger(connect(settings.redis, 'failFast', onRedisError), keyspace, ledgerSettings(settings));
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
  const links: GoalLinks = (goalId, rev, retries) => ({
    self: `/v1/goals/${goalId}`,
    events: `/v1/goals/${goalId}/events`,
    dashboard: dashboard && dashboardLink(goalId, rev, retries),
  });
  const dashboard = openDashboard(parts, ledger, links, keys.length === 0 && isLoopback(settings.HOST));

  const reports = openReportQueue(REPORTS_AT_ONCE, REPORTS_WAITING);
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
      links,
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
      dryRun: hasModels
        ? dryRunner({
            ledger,
            recipes,
            models,
            reviewRounds: settings.REVIEW_ROUNDS,
            most: settings.PLANNER_CONCURRENCY,
            stopping,
          })
        : async () => noDryRuns,
    },
    stats: { read: () => readFleetStats(ledger, models.tiers) },
    calls: {
      page: (tenant, goalId, after, limit) => readGoalCalls(ledger, goalId, tenant, after, limit),
    },
    usage: { read: (tenant, period, today) => readUsage(ledger, tenant, period, today) },
    analytics: {
      read: (tenant, period, signal) =>
        reports.run(() => readAnalytics(ledger, tenant, period, signal), signal),
    },
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
