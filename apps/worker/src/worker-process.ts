import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { watchEndedGoals } from '@baton/shared/ledger/ended-goals';
import { announceWorkerTypes, HEARTBEAT, signOff, signOfLife } from '@baton/shared/ledger/fleet';
import { openLedger } from '@baton/shared/ledger/ledger';
import type { Llm } from '@baton/shared/model/llm';
import { openModelAccess } from '@baton/shared/model/model-access';
import type { Running } from '@baton/shared/process/run-main';
import type { JobWorker } from '@baton/shared/queue/job-worker';
import { capEvents } from '@baton/shared/queue/capped-events';
import { taskQueue } from '@baton/shared/contract/queues';
import { connect } from '@baton/shared/redis/connection';
import { connectionReporter } from '@baton/shared/redis/connection-reporter';
import { keyspaceOf } from '@baton/shared/redis/keyspace';
import { notAnswering, requireFitRedis } from '@baton/shared/redis/requirements';
import type { WorkerSettings } from '@baton/shared/settings/settings';
import { startHealthServer } from '@baton/shared/process/health-server';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import { slotsOf, startTaskWorkers } from './task-workers.ts';
import { loadWorkers } from './workers/load-workers.ts';
import { allWorkers, selectWorkers } from './workers/registry.ts';

/** Takes tasks until it is stopped. */
export async function startWorkerProcess(settings: WorkerSettings, llm: Llm): Promise<Running> {
  const logger = createLogger('worker', settings.LOG_LEVEL);
  const own = settings.BATON_WORKERS === undefined ? [] : await loadWorkers(settings.BATON_WORKERS);
  const workers = selectWorkers(allWorkers(own), settings.WORKER_TYPES);

  const onRedisError = connectionReporter(logger);
  const redis = connect(settings.REDIS_URL, 'patient', onRedisError);
  const subscriber = connect(settings.REDIS_URL, 'patient', onRedisError);
  await requireFitRedis(redis);
  const keyspace = keyspaceOf(settings.BATON_PREFIX);
  const ledger = openLedger(redis, keyspace);
  const metrics = createMetrics();
  const endedGoals = await watchEndedGoals(ledger, subscriber, onRedisError);

  const slots = Object.fromEntries(
    workers.map((worker) => [worker.type, slotsOf(worker, settings.WORKER_CONCURRENCY)]),
  );
  await announceWorkerTypes(ledger, own);
  const workerId = `${hostname()}.${process.pid}.${randomUUID().slice(0, 8)}`;
  const beat = (): Promise<void> => signOfLife(ledger, workerId, slots);
  await beat();
  const heartbeat = setInterval(() => void beat().catch(onRedisError), HEARTBEAT);

  let taskWorkers: readonly JobWorker[] = [];
  const health = {
    metrics,
    async notReady() {
      if (taskWorkers.length === 0) return 'the workers have not started yet';
      const idle = taskWorkers.find((worker) => !worker.isRunning());
      if (idle) return `the worker of ${idle.queue} does not run`;
      return notAnswering(redis);
    },
  };
  const server =
    settings.HEALTH_PORT === 0
      ? null
      : await startHealthServer(health, settings.HEALTH_PORT, settings.HOST, 'HEALTH_PORT');

  for (const { type } of workers) await capEvents(taskQueue(type), redis, keyspace.queuePrefix);
  taskWorkers = startTaskWorkers({
    workers,
    defaultConcurrency: settings.WORKER_CONCURRENCY,
    connection: redis,
    prefix: keyspace.queuePrefix,
    settings: { lockDuration: settings.LOCK_DURATION, stalledInterval: settings.STALLED_INTERVAL },
    endedGoals,
    onError: onRedisError,
    deps: { ledger, models: openModelAccess(llm, settings, metrics), metrics, logger },
  });
  if (server) logger.info(`listening on ${server.url}`);
  logger.info({ workerTypes: slots }, 'taking tasks');

  return {
    logger,
    graceMs: settings.SHUTDOWN_GRACE,
    async stop() {
      clearInterval(heartbeat);
      await Promise.all(taskWorkers.map((worker) => worker.close(settings.SHUTDOWN_GRACE)));
      await signOff(ledger, workerId);
      endedGoals.close();
      await server?.close();
      redis.disconnect();
    },
  };
}
