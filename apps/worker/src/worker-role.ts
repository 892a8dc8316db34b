import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { taskQueue } from '@baton/shared/contract/queues';
import { openCoordination } from '@baton/shared/coordination/open-coordination';
import { watchEndedGoals } from '@baton/shared/ledger/ended-goals';
import { announceWorkerTypes, HEARTBEAT, signOff, signOfLife } from '@baton/shared/ledger/fleet';
import { ledgerSettings, openLedger } from '@baton/shared/ledger/ledger';
import type { Llm } from '@baton/shared/model/llm';
import { openModelAccess } from '@baton/shared/model/model-access';
import type { JobWorker } from '@baton/shared/queue/job-worker';
import { capEvents } from '@baton/shared/queue/capped-events';
import { connect, type RedisConnection } from '@baton/shared/redis/connection';
import type { Keyspace } from '@baton/shared/redis/keyspace';
import type { WorkerSettings } from '@baton/shared/settings/settings';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { Metrics } from '@baton/shared/telemetry/metrics';
import type { Worker } from './define-worker.ts';
import type { ToolBox } from './tools/tool-box.ts';
import { openSlotTimes } from './slot-time.ts';
import { slotsOf, startTaskWorkers } from './task-workers.ts';

export interface WorkerParts {
  readonly settings: WorkerSettings;
  readonly workers: readonly Worker[];
  /** Those that planners elsewhere do not know of. */
  readonly ownWorkers: readonly Worker[];
  readonly tools: ToolBox;
  readonly llm: Llm;
  /** Waits through outages. */
  readonly redis: RedisConnection;
  readonly keyspace: Keyspace;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly onRedisError: (error: Error) => void;
  /** Aborted when the process begins to stop. */
  readonly stopping: AbortSignal;
}

export interface WorkerRole {
  readonly workers: readonly JobWorker[];
  /** Why it takes no tasks now, or null. */
  notReady(): string | null;
  stop(): Promise<void>;
}

/** Takes tasks until it is stopped. */
export async function startWorkerRole(parts: WorkerParts): Promise<WorkerRole> {
  const { settings, workers, redis, keyspace, metrics, logger, onRedisError } = parts;
  const ledger = openLedger(redis, keyspace, ledgerSettings(settings));
  const subscriber = connect(settings.redis, 'patient', onRedisError);
  const endedGoals = await watchEndedGoals(ledger, subscriber, onRedisError);

  const slots = Object.fromEntries(
    workers.map((worker) => [worker.type, slotsOf(worker, settings.WORKER_CONCURRENCY)]),
  );
  await announceWorkerTypes(ledger, parts.ownWorkers);
  const workerId = `${hostname()}.${process.pid}.${randomUUID().slice(0, 8)}`;
  const slotTimes = openSlotTimes(slots);
  let offered = slots;
  const beat = async (): Promise<void> => {
    const times = slotTimes.take();
    try {
      await signOfLife(ledger, workerId, offered, times);
    } catch (error) {
      slotTimes.giveBack(times);
      throw error;
    }
  };
  await beat();
  const heartbeat = setInterval(() => void beat().catch(onRedisError), HEARTBEAT);

  for (const { type } of workers) await capEvents(taskQueue(type), redis, keyspace.queuePrefix);
  const taskWorkers = startTaskWorkers({
    workers,
    defaultConcurrency: settings.WORKER_CONCURRENCY,
    connection: redis,
    prefix: keyspace.queuePrefix,
    settings: { lockDuration: settings.LOCK_DURATION, stalledInterval: settings.STALLED_INTERVAL },
    endedGoals,
    onError: onRedisError,
    slotTimes,
    deps: {
      ledger,
      tools: parts.tools,
      models: openModelAccess(parts.llm, settings, metrics, openCoordination(parts), parts.stopping),
      metrics,
      logger,
    },
  });
  logger.info({ workerTypes: slots }, 'taking tasks');

  return {
    workers: taskWorkers,
    notReady() {
      const idle = taskWorkers.find((worker) => !worker.isRunning());
      return idle ? `the worker of ${idle.queue} does not run` : null;
    },
    async stop() {
      // It lives, and takes nothing more: whoever scales must not count on its slots.
      offered = {};
      const told = beat().catch(onRedisError);
      await Promise.all(taskWorkers.map((worker) => worker.close(settings.SHUTDOWN_GRACE)));
      clearInterval(heartbeat);
      await told;
      await beat().catch(onRedisError);
      await signOff(ledger, workerId);
      endedGoals.close();
    },
  };
}
