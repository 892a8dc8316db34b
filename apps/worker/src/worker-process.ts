import type { Llm } from '@baton/shared/model/llm';
import { checkModelsAtStart } from '@baton/shared/model/startup-check';
import { armFailpoints } from '@baton/shared/failpoints/failpoint';
import { deafWorkers } from '@baton/shared/process/deaf-workers';
import { pingAtScrape } from '@baton/shared/process/ping-at-scrape';
import { startHealthServer, STOPPING, type Health } from '@baton/shared/process/health-server';
import type { Running } from '@baton/shared/process/run-main';
import { connect } from '@baton/shared/redis/connection';
import { connectionReporter } from '@baton/shared/redis/connection-reporter';
import { keyspaceOf } from '@baton/shared/redis/keyspace';
import { notAnswering, requireFitRedis } from '@baton/shared/redis/requirements';
import type { WorkerSettings } from '@baton/shared/settings/settings';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics, tellBuild } from '@baton/shared/telemetry/metrics';
import { openTracing } from '@baton/shared/telemetry/open-tracing';
import { loadTools } from './tools/load-tools.ts';
import type { Environment } from './tools/secrets.ts';
import { startWorkerRole, type WorkerRole } from './worker-role.ts';
import { loadWorkers } from './workers/load-workers.ts';
import { allWorkers, selectWorkers } from './workers/registry.ts';

/**
 * Takes tasks from when Redis answers until it is stopped. It listens at once.
 * @param environment holds the secrets that the file of tools names
 */
export async function startWorkerProcess(
  settings: WorkerSettings,
  llm: Llm,
  environment: Environment = {},
): Promise<Running> {
  armFailpoints(settings.FAILPOINT);
  const logger = createLogger('worker', settings.LOG_LEVEL);
  const tracing = await openTracing(settings, 'baton-worker', logger);
  const ownWorkers = settings.BATON_WORKERS === undefined ? [] : await loadWorkers(settings.BATON_WORKERS);
  const known = allWorkers(ownWorkers);
  const workers = selectWorkers(known, settings.WORKER_TYPES);
  const tools = await loadTools({ path: settings.BATON_TOOLS, environment, types: [...known.values()] });

  const onRedisError = connectionReporter(logger);
  const redis = connect(settings.redis, 'patient', onRedisError);
  const metrics = createMetrics();
  tellBuild(metrics, 'worker');
  const keyspace = keyspaceOf(settings.BATON_PREFIX);
  const stopping = new AbortController();
  let role: WorkerRole | null = null;
  const health: Health = {
    metrics,
    atScrape: pingAtScrape(redis, metrics),
    notAlive: () => deafWorkers(role?.workers ?? [], redis),
    async notReady() {
      if (stopping.signal.aborted) return STOPPING;
      const silence = await notAnswering(redis);
      return silence ?? (role ? role.notReady() : 'the workers have not started yet');
    },
  };
  const server =
    settings.HEALTH_PORT === 0
      ? null
      : await startHealthServer(health, settings.HEALTH_PORT, settings.HOST, 'HEALTH_PORT');

  async function begin(): Promise<void> {
    await Promise.all([
      requireFitRedis(redis, { ack: 'memory', kind: settings.redis.kind, signal: stopping.signal }),
      checkModelsAtStart(settings, logger, stopping.signal),
    ]);
    await tools.check(workers, (message) => logger.warn(message));
    role = await startWorkerRole({
      settings,
      workers,
      ownWorkers,
      tools,
      llm,
      redis,
      keyspace,
      metrics,
      logger,
      onRedisError,
      stopping: stopping.signal,
    });
    if (server) logger.info(`listening on ${server.url}`);
  }

  const ready = begin();
  return {
    logger,
    graceMs: settings.SHUTDOWN_GRACE,
    ready,
    async stop() {
      stopping.abort();
      await ready.catch(() => undefined);
      await role?.stop();
      await tools.close();
      await server?.close();
      redis.disconnect();
      await tracing.stop();
    },
  };
}
