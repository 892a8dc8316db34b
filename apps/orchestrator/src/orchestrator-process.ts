import { setMaxListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Running } from '@baton/shared/process/run-main';
import { openLedger } from '@baton/shared/ledger/ledger';
import type { Llm } from '@baton/shared/model/llm';
import { checkModelsAtStart } from '@baton/shared/model/startup-check';
import { armFailpoints } from '@baton/shared/failpoints/failpoint';
import { connect } from '@baton/shared/redis/connection';
import { connectionReporter } from '@baton/shared/redis/connection-reporter';
import { keyspaceOf } from '@baton/shared/redis/keyspace';
import { notAnswering, requireFitRedis } from '@baton/shared/redis/requirements';
import type { OrchestratorSettings } from '@baton/shared/settings/settings';
import { deafWorkers } from '@baton/shared/process/deaf-workers';
import { pingAtScrape } from '@baton/shared/process/ping-at-scrape';
import { startHealthServer, STOPPING, type Health } from '@baton/shared/process/health-server';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics, tellBuild } from '@baton/shared/telemetry/metrics';
import { openTracing } from '@baton/shared/telemetry/open-tracing';
import type { ApiRole } from './api-role.ts';
import { fleetReporterOf, type FleetReporter } from './fleet-report/fleet-reporter.ts';
import type { FrontDoor } from './http/front-door.ts';
import type { PlannerRole } from './planner-role.ts';
import { knownWorkerTypes } from './planner/known-workers.ts';
import { loadRecipes, unknownTypes } from './planner/recipes.ts';

const BUILT_IN_RECIPES = fileURLToPath(new URL('../../../recipes', import.meta.url));

/**
 * The roles that the settings name, from when Redis answers until it is stopped. It listens at once. A role's modules are
 * loaded where it runs: express and the dashboard take a third of the start of a process that serves neither.
 */
export async function startOrchestratorProcess(settings: OrchestratorSettings, llm: Llm): Promise<Running> {
  armFailpoints(settings.FAILPOINT);
  const logger = createLogger('orchestrator', settings.LOG_LEVEL);
  const tracing = await openTracing(settings, 'baton-orchestrator', logger);
  const own = settings.BATON_RECIPES === undefined ? [] : [settings.BATON_RECIPES];
  const recipes = await loadRecipes([BUILT_IN_RECIPES, ...own]);

  const onRedisError = connectionReporter(logger);
  const redis = connect(settings.redis, 'patient', onRedisError);
  const shared = {
    settings,
    logger,
    recipes,
    redis,
    llm,
    metrics: createMetrics(),
    keyspace: keyspaceOf(settings.BATON_PREFIX),
    onRedisError,
  };

  tellBuild(shared.metrics, 'orchestrator');

  const stopping = new AbortController();
  // Every reply that stays open listens to it.
  setMaxListeners(0, stopping.signal);
  let isReady = false;
  let planner: PlannerRole | null = null;
  let api: ApiRole | null = null;
  let reporter: FleetReporter | null = null;
  const ping = pingAtScrape(redis, shared.metrics);
  const health: Health = {
    metrics: shared.metrics,
    atScrape: () => reporter?.tell() ?? ping(),
    notAlive: () => deafWorkers(planner?.workers ?? [], redis),
    async notReady() {
      if (stopping.signal.aborted) return STOPPING;
      if (!isReady) return (await notAnswering(redis)) ?? 'the roles have not started yet';
      return planner?.notReady() ?? notAnswering(redis);
    },
  };
  const { ROLE, PORT, HOST } = settings;
  async function openDoor(): Promise<FrontDoor> {
    const { openFrontDoor } = await import('./http/front-door.ts');
    return openFrontDoor(health, logger, PORT, HOST);
  }

  const door = ROLE === 'planner' ? null : await openDoor();
  const server = door ?? (await startHealthServer(health, PORT, HOST, 'PORT'));

  async function begin(): Promise<void> {
    await Promise.all([
      requireFitRedis(redis, {
        ack: ROLE === 'planner' ? 'memory' : settings.ACK,
        kind: settings.redis.kind,
        signal: stopping.signal,
      }),
      checkModelsAtStart(settings, logger, stopping.signal),
    ]);
    const known = await knownWorkerTypes(openLedger(redis, shared.keyspace));
    for (const warning of unknownTypes(
      recipes,
      known.map(({ type }) => type),
    ))
      logger.warn(warning);
    if (ROLE !== 'api') {
      const { startPlannerRole } = await import('./planner-role.ts');
      planner = await startPlannerRole(shared, stopping.signal);
    }
    if (door) {
      const { openApiRole } = await import('./api-role.ts');
      api = openApiRole(shared, health, stopping.signal);
      door.serve(api.app);
    }
    reporter = fleetReporterOf(shared);
    isReady = true;
    logger.info(`listening on ${server.url}`);
  }

  const ready = begin();
  return {
    logger,
    graceMs: settings.SHUTDOWN_GRACE,
    ready,
    async stop() {
      const closed = door?.close();
      stopping.abort();
      const left = reporter?.close();
      reporter = null;
      await closed;
      await ready.catch(() => undefined);
      await api?.close();
      await planner?.stop();
      await left;
      // Without a door of its own it tells how the drain goes to the end.
      if (!door) await server.close();
      redis.disconnect();
      await tracing.stop();
    },
  };
}
