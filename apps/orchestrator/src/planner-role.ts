import { randomUUID } from 'node:crypto';
import { createControlWorker } from '@baton/dag-flow/control-worker';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import {
  ASSESSMENT_QUEUE,
  assessmentJobSchema,
  CONTROL_QUEUE,
  goalJobSchema,
  GOALS_QUEUE,
  SYNTHESIS_QUEUE,
  synthesisJobSchema,
  type SynthesisJob,
} from '@baton/shared/contract/queues';
import { openBatchRequests } from '@baton/shared/coordination/batch-requests';
import { openCoordination } from '@baton/shared/coordination/open-coordination';
import { watchEndedGoals } from '@baton/shared/ledger/ended-goals';
import type { TaskResult } from '@baton/shared/ledger/task-results';
import { countingPhases } from '@baton/shared/ledger/phase-watch';
import { ledgerSettings, openLedger } from '@baton/shared/ledger/ledger';
import { batchEndpoints } from '@baton/shared/model/batch-endpoints';
import type { CallPurpose } from '@baton/shared/model/call-purpose';
import { openModelAccess } from '@baton/shared/model/model-access';
import { capEvents } from '@baton/shared/queue/capped-events';
import { startJobWorker, type GoalWork, type JobWorker } from '@baton/shared/queue/job-worker';
import { connect } from '@baton/shared/redis/connection';
import { assessorFor } from './assessment/ask-assessor.ts';
import { assessGoal } from './assessment/assess-goal.ts';
import { goalEnder } from './flows/end-goal.ts';
import { openGoalsQueue } from './flows/goals-queue.ts';
import { inControlSpan } from './flows/control-queue-span.ts';
import { takeUpNextRev } from './flows/next-rev.ts';
import { openRunSubmitter } from './flows/submit-run.ts';
import { planFitter } from './forecast/fit-plan.ts';
import { subGoalNoter } from './forecast/note-sub-goal.ts';
import { plannerFor } from './planner/ask-planner.ts';
import { replannerFor } from './planner/ask-replanner.ts';
import { planCaching } from './planner/plan-cache.ts';
import { planGoal } from './planner/plan-goal.ts';
import { replanner } from './planner/replan-goal.ts';
import { collectItems } from './hierarchy/collect-items.ts';
import { endBelow } from './hierarchy/end-below.ts';
import { startSubGoalWorker } from './hierarchy/sub-goal-role.ts';
import { openWaitingQueue, SUB_GOALS_QUEUE } from './hierarchy/waiting-queue.ts';
import type { ProcessParts } from './process-parts.ts';
import { synthesiserFor } from './synthesis/ask-synthesiser.ts';
import { startWebhookDeliverer } from './webhooks/deliverer.ts';
import { startBatcher } from './batches/batcher.ts';
import { openParkedJobs } from './batches/parked-jobs-queue.ts';
import { watchGoals } from './watchdog/watch-goals.ts';
import { synthesiseGoal } from './synthesis/synthesise-goal.ts';

export interface PlannerRole {
  readonly workers: readonly JobWorker[];
  /** Why it takes no goals now, or null. */
  notReady(): string | null;
  stop(): Promise<void>;
}

/**
 * The part of the orchestrator that works through queues: planning, flow control and synthesis.
 * @param stopping aborted when the process begins to stop.
 */
export async function startPlannerRole(parts: ProcessParts, stopping: AbortSignal): Promise<PlannerRole> {
  const { settings, logger, metrics, redis, keyspace, recipes, onRedisError } = parts;
  const ledger = openLedger(redis, keyspace, ledgerSettings(settings), countingPhases(metrics));
  const endedGoals = await watchEndedGoals(
    ledger,
    connect(settings.redis, 'patient', onRedisError),
    onRedisError,
  );
  const models = openModelAccess(parts.llm, settings, metrics, openCoordination(parts), stopping);
  const producing = connect(settings.redis, 'failFast', onRedisError);
  const waiting = openWaitingQueue(producing, keyspace.queuePrefix);
  const endGoal = goalEnder({ ledger, retentionMs: settings.GOAL_RETENTION, metrics, logger, waiting });
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
  const askAssessor = assessorFor(ledger, models);
  const planCache = planCaching({
    ledger,
    retentionMs: settings.GOAL_RETENTION,
    model: models.tiers.strong,
  });
  const fitPlan = planFitter({ ledger, ...models });
  const askReplanner = replannerFor(ledger, models);
  const replan = replanner({ ledger, recipes, askReplanner, runs, fitPlan, logger });
  const takeUp = (job: SynthesisJob): Promise<void> => takeUpNextRev({ ledger, runs }, job);
  const collect = (results: readonly TaskResult[]): string => collectItems(results).output;

  const common = {
    connection: redis,
    prefix: keyspace.queuePrefix,
    concurrency: settings.PLANNER_CONCURRENCY,
    settings: { lockDuration: settings.LOCK_DURATION, stalledInterval: settings.STALLED_INTERVAL },
    endedGoals,
    onError: onRedisError,
    logger,
  };
  /** @param schema of its jobs' data. */
  function serve<Job extends GoalWork>(
    queue: string,
    schema: { parse(data: unknown): Job },
    process: (job: Job, signal: AbortSignal, waking: CallPurpose['job']) => Promise<void>,
  ): JobWorker {
    metrics.stalledJobs.inc({ queue }, 0);
    return startJobWorker({
      ...common,
      queue,
      parse: (data) => schema.parse(data),
      process: (data, { job, signal }) =>
        process(data, signal, job.id === undefined ? null : { queue, id: job.id }),
      onStalled: () => metrics.stalledJobs.inc({ queue }),
    });
  }
  const planning = { ledger, recipes, endGoal, askPlanner, planCache, runs, fitPlan, logger };
  const goals = serve(GOALS_QUEUE, goalJobSchema, (job, signal, waking) =>
    planGoal(planning, job, signal, waking),
  );
  const synthesising = { ledger, endGoal, askSynthesiser, replan, takeUpNextRev: takeUp, collect };
  const synthesis = serve(SYNTHESIS_QUEUE, synthesisJobSchema, (job, signal, waking) =>
    synthesiseGoal(synthesising, job, signal, waking),
  );
  const assessing = {
    ledger,
    askAssessor,
    runs,
    logger,
    endBelow: (goalId: string) => endBelow(ledger, endGoal, goalId),
  };
  const assessment = serve(ASSESSMENT_QUEUE, assessmentJobSchema, (job, signal, waking) =>
    assessGoal(assessing, job, signal, waking),
  );
  const control = createControlWorker({
    queue: CONTROL_QUEUE,
    connection: redis,
    prefix: keyspace.queuePrefix,
    ...common.settings,
    onError: common.onError,
    onStep: failpoint,
    around: inControlSpan,
  });
  await control.start();
  for (const queue of [CONTROL_QUEUE, SUB_GOALS_QUEUE, ASSESSMENT_QUEUE, SYNTHESIS_QUEUE])
    await capEvents(queue, redis, keyspace.queuePrefix);
  const queue = openGoalsQueue(producing, keyspace.queuePrefix, settings.GOAL_RETENTION);
  metrics.stalledJobs.inc({ queue: SUB_GOALS_QUEUE }, 0);
  const subGoals = await startSubGoalWorker(
    {
      ledger,
      queue,
      recipes,
      contextTokens: models.contextTokens,
      metrics,
      note: subGoalNoter({ ledger, ...models }),
    },
    common,
    () => metrics.stalledJobs.inc({ queue: SUB_GOALS_QUEUE }),
  );
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
  const batcher = startBatcher({
    batching: {
      ledger,
      requests: openBatchRequests(redis, keyspace),
      endpoints: batchEndpoints(settings),
      models,
      metrics,
      logger,
      sender: randomUUID(),
      now: Date.now,
      pauses: new Map(),
    },
    parked: openParkedJobs(producing, keyspace.queuePrefix),
    interval: settings.BATCH_INTERVAL,
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
  const workers = [goals, subGoals, assessment, synthesis];
  return {
    workers,
    notReady() {
      const idle = workers.find((worker) => !worker.isRunning());
      if (idle) return `the worker of ${idle.queue} does not run`;
      return control.isRunning() ? null : `the worker of ${CONTROL_QUEUE} does not run`;
    },
    async stop() {
      const closing = [...workers, webhooks].map((part) => part.close(settings.SHUTDOWN_GRACE));
      await Promise.all([...closing, watchdog.stop(), batcher.stop()]);
      await control.close();
      await runs.close();
      await queue.close();
      await waiting.close();
      producing.disconnect();
      endedGoals.close();
    },
  };
}
