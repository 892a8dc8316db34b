import { createControlWorker } from '@baton/dag-flow/control-worker';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import {
  CONTROL_QUEUE,
  goalJobSchema,
  GOALS_QUEUE,
  SYNTHESIS_QUEUE,
  synthesisJobSchema,
} from '@baton/shared/contract/queues';
import { watchEndedGoals } from '@baton/shared/ledger/ended-goals';
import { openLedger } from '@baton/shared/ledger/ledger';
import { openModelAccess } from '@baton/shared/model/model-access';
import { capEvents } from '@baton/shared/queue/capped-events';
import { startJobWorker, type JobWorker } from '@baton/shared/queue/job-worker';
import { connect } from '@baton/shared/redis/connection';
import { goalEnder } from './flows/end-goal.ts';
import { openGoalsQueue } from './flows/goals-queue.ts';
import { openRunSubmitter } from './flows/submit-run.ts';
import { plannerFor } from './planner/ask-planner.ts';
import { planGoal } from './planner/plan-goal.ts';
import type { ProcessParts } from './process-parts.ts';
import { synthesiserFor } from './synthesis/ask-synthesiser.ts';
import { startWebhookDeliverer } from './webhooks/deliverer.ts';
import { watchGoals } from './watchdog/watch-goals.ts';
import { synthesiseGoal } from './synthesis/synthesise-goal.ts';

export interface PlannerRole {
  readonly workers: readonly JobWorker[];
  /** Why it takes no goals now, or null. */
  notReady(): string | null;
  stop(): Promise<void>;
}

/** The part of the orchestrator that works through queues: planning, flow control and synthesis. */
export async function startPlannerRole(parts: ProcessParts): Promise<PlannerRole> {
  const { settings, logger, metrics, redis, keyspace, recipes, onRedisError } = parts;
  const ledger = openLedger(redis, keyspace);
  const endedGoals = await watchEndedGoals(
    ledger,
    connect(settings.REDIS_URL, 'patient', onRedisError),
    onRedisError,
  );
  const models = openModelAccess(parts.llm, settings, metrics);
  const endGoal = goalEnder({ ledger, retentionMs: settings.GOAL_RETENTION, metrics, logger });
  const producing = connect(settings.REDIS_URL, 'failFast', onRedisError);
  const runs = openRunSubmitter({
    ledger,
    logger,
    endGoal,
    connection: producing,
    prefix: keyspace.queuePrefix,
    retentionMs: settings.GOAL_RETENTION,
  });
  const askPlanner = plannerFor(ledger, models);
  const askSynthesiser = synthesiserFor(ledger, models, recipes);

  const common = {
    connection: redis,
    prefix: keyspace.queuePrefix,
    concurrency: settings.PLANNER_CONCURRENCY,
    settings: { lockDuration: settings.LOCK_DURATION, stalledInterval: settings.STALLED_INTERVAL },
    endedGoals,
    onError: onRedisError,
    logger,
  };
  const goals = startJobWorker({
    ...common,
    queue: GOALS_QUEUE,
    parse: (data) => goalJobSchema.parse(data),
    process: (job, { signal }) =>
      planGoal({ ledger, recipes, endGoal, askPlanner, runs, logger }, job, signal),
    onStalled: () => metrics.stalledJobs.inc({ queue: GOALS_QUEUE }),
  });
  const synthesis = startJobWorker({
    ...common,
    queue: SYNTHESIS_QUEUE,
    parse: (data) => synthesisJobSchema.parse(data),
    process: (job, { signal }) => synthesiseGoal({ ledger, endGoal, askSynthesiser }, job, signal),
    onStalled: () => metrics.stalledJobs.inc({ queue: SYNTHESIS_QUEUE }),
  });
  const control = createControlWorker({
    queue: CONTROL_QUEUE,
    connection: redis,
    prefix: keyspace.queuePrefix,
    ...common.settings,
    onError: common.onError,
    onStep: failpoint,
  });
  await control.start();
  for (const queue of [CONTROL_QUEUE, SYNTHESIS_QUEUE]) await capEvents(queue, redis, keyspace.queuePrefix);
  const queue = openGoalsQueue(producing, keyspace.queuePrefix, settings.GOAL_RETENTION);
  const watchdog = watchGoals({
    ledger,
    redis,
    queue,
    runs,
    endGoal,
    settings,
    logger,
    onError: onRedisError,
  });
  const webhooks = startWebhookDeliverer({
    ledger,
    logger,
    metrics,
    secrets: settings.WEBHOOK_SECRET ?? [],
    allowPrivate: settings.WEBHOOK_ALLOW_PRIVATE,
    onError: onRedisError,
  });
  const workers = [goals, synthesis];
  return {
    workers,
    notReady() {
      const idle = workers.find((worker) => !worker.isRunning());
      if (idle) return `the worker of ${idle.queue} does not run`;
      return control.isRunning() ? null : `the worker of ${CONTROL_QUEUE} does not run`;
    },
    async stop() {
      const closing = [...workers, webhooks].map((part) => part.close(settings.SHUTDOWN_GRACE));
      await Promise.all([...closing, watchdog.stop()]);
      await control.close();
      await runs.close();
      await queue.close();
      producing.disconnect();
      endedGoals.close();
    },
  };
}
