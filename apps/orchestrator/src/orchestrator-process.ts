import { fileURLToPath } from 'node:url';
import type { Running } from '@baton/shared/process/run-main';
import type { Llm } from '@baton/shared/model/llm';
import { connect } from '@baton/shared/redis/connection';
import { connectionReporter } from '@baton/shared/redis/connection-reporter';
import { keyspaceOf } from '@baton/shared/redis/keyspace';
import { notAnswering, requireFitRedis } from '@baton/shared/redis/requirements';
import type { OrchestratorSettings } from '@baton/shared/settings/settings';
import { startHealthServer, type Health } from '@baton/shared/process/health-server';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import { startApiRole } from './api-role.ts';
import { startPlannerRole, type PlannerRole } from './planner-role.ts';
import { loadRecipes } from './planner/recipes.ts';

const BUILT_IN_RECIPES = fileURLToPath(new URL('../../../recipes', import.meta.url));

/** The roles that the settings name, until it is stopped. */
export async function startOrchestratorProcess(settings: OrchestratorSettings, llm: Llm): Promise<Running> {
  const logger = createLogger('orchestrator', settings.LOG_LEVEL);
  const own = settings.BATON_RECIPES === undefined ? [] : [settings.BATON_RECIPES];
  const recipes = loadRecipes([BUILT_IN_RECIPES, ...own]);

  const onRedisError = connectionReporter(logger);
  const redis = connect(settings.REDIS_URL, 'patient', onRedisError);
  await requireFitRedis(redis);
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

  let planner: PlannerRole | null = null;
  const isPlanner = settings.ROLE !== 'api';
  const health: Health = {
    metrics: shared.metrics,
    async notReady() {
      if (isPlanner && planner === null) return 'the planner has not started yet';
      return planner?.notReady() ?? notAnswering(redis);
    },
  };
  const server =
    settings.ROLE === 'planner'
      ? await startHealthServer(health, settings.PORT, settings.HOST, 'PORT')
      : await startApiRole(shared, health);
  if (isPlanner) planner = await startPlannerRole(shared);
  logger.info(`listening on ${server.url}`);

  return {
    logger,
    graceMs: settings.SHUTDOWN_GRACE,
    async stop() {
      await server.close();
      await planner?.stop();
      redis.disconnect();
    },
  };
}
