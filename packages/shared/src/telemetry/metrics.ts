import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { VERSION } from './version.ts';

const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800];
/** Of goals: some end at once, some wait for somebody's approval until the next day. */
const goalSeconds = [0.1, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400];
/** Of waits in a queue: ms where there is room, hours where there is none. */
const waitSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400];
/** Of model calls: a cached word takes a quarter of a second, a long answer that is thought about takes minutes. */
const callSeconds = [0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 240, 600, 1_200];

/**
 * What a process tells of itself. Labels are worker types, models, outcomes and the like; never tenants or goals. What the fleet as a
 * whole is told to be is in `fleet-metrics.ts`; `docs/metrics.md` documents both.
 */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'baton_' });
  // Sums of others, named as counters though they are none.
  for (const what of ['handles', 'requests', 'resources'])
    registry.removeSingleMetric(`baton_nodejs_active_${what}_total`);
  return {
    registry,
    buildInfo: new Gauge({
      name: 'baton_build_info',
      help: 'Always 1: what runs here.',
      labelNames: ['app', 'version', 'node'],
      registers,
    }),
    fleetReporter: new Gauge({
      name: 'baton_fleet_reporter',
      help: '1 in the process that tells what the fleet as a whole does, as of this scrape; 0 in every other.',
      registers,
    }),
    redisPingSeconds: new Gauge({
      name: 'baton_redis_ping_seconds',
      help: 'Round trip to Redis, measured at this scrape; +Inf when Redis did not answer within a second.',
      registers,
    }),
    goalPhaseSeconds: new Histogram({
      name: 'baton_goal_phase_seconds',
      help: 'How long goals were in a phase (queued, planning, approval, running, synthesis), as told by the process that ended it, and from acceptance to end (total).',
      labelNames: ['phase'],
      buckets: goalSeconds,
      registers,
    }),
    goalsAccepted: new Counter({ name: 'baton_goals_accepted_total', help: 'Goals accepted.', registers }),
    goalsEnded: new Counter({
      name: 'baton_goals_ended_total',
      help: 'Goals ended, by terminal status.',
      labelNames: ['status'],
      registers,
    }),
    tasksEnded: new Counter({
      name: 'baton_tasks_ended_total',
      help: 'Tasks ended, by worker type and outcome.',
      labelNames: ['worker_type', 'outcome'],
      registers,
    }),
    taskSeconds: new Histogram({
      name: 'baton_task_seconds',
      help: 'Time from the start of a task on this worker to its outcome.',
      labelNames: ['worker_type'],
      buckets: seconds,
      registers,
    }),
    tasksRunning: new Gauge({
      name: 'baton_tasks_running',
      help: 'Tasks running in this process.',
      labelNames: ['worker_type'],
      registers,
    }),
    taskWaitSeconds: new Histogram({
      name: 'baton_task_wait_seconds',
      help: 'Time from when a task could have started, its dependencies having ended, to its first start.',
      labelNames: ['worker_type'],
      buckets: waitSeconds,
      registers,
    }),
    tasksRetried: new Counter({
      name: 'baton_tasks_retried_total',
      help: 'Runs of tasks that ended without an outcome, so that the task runs again, by cause (process_died, lock_lost, shutdown, later, redis, error).',
      labelNames: ['worker_type', 'cause'],
      registers,
    }),
    modelCallSeconds: new Histogram({
      name: 'baton_model_call_seconds',
      help: 'Requests to models, from being sent to their end, by outcome (answered, refused, failed, aborted); not those of batches.',
      labelNames: ['model', 'outcome'],
      buckets: callSeconds,
      registers,
    }),
    modelCallsReused: new Counter({
      name: 'baton_model_calls_reused_total',
      help: 'Answers that were not paid for again: taken from the journal after a rerun.',
      labelNames: ['model'],
      registers,
    }),
    modelCallsPossiblyRepeated: new Counter({
      name: 'baton_model_calls_possibly_repeated_total',
      help: 'Calls made though the same one had been begun before by a run that died, and may have been paid for.',
      labelNames: ['model'],
      registers,
    }),
    modelCalls: new Counter({
      name: 'baton_model_calls_total',
      help: 'Answers received from models, by model and stop reason.',
      labelNames: ['model', 'stop_reason'],
      registers,
    }),
    modelTokens: new Counter({
      name: 'baton_model_tokens_total',
      help: 'Tokens, by model and kind (input, output, cache_read, cache_write).',
      labelNames: ['model', 'kind'],
      registers,
    }),
    modelCostUsd: new Counter({
      name: 'baton_model_cost_usd_total',
      help: 'Cost of answers from models with a known price, in US dollars.',
      labelNames: ['model'],
      registers,
    }),
    modelRetries: new Counter({
      name: 'baton_model_retries_total',
      help: 'Model calls tried again, by cause.',
      labelNames: ['cause'],
      registers,
    }),
    modelWaitSeconds: new Histogram({
      name: 'baton_model_wait_seconds',
      help: 'How long calls waited in this process for the limits of their model.',
      labelNames: ['model'],
      buckets: [0.005, 0.05, 0.25, 1, 2.5, 5, 10, 20],
      registers,
    }),
    modelPausedSeconds: new Counter({
      name: 'baton_model_paused_seconds_total',
      help: 'Seconds for which a model was paused for every process, as told by the process that was refused.',
      labelNames: ['model'],
      registers,
    }),
    modelRefusals: new Counter({
      name: 'baton_model_refusals_total',
      help: 'Calls that did not go through: refused by the endpoint (rate_limit, overloaded, spend_limit) or not made (unavailable, stopped, later).',
      labelNames: ['model', 'cause'],
      registers,
    }),
    modelHedges: new Counter({
      name: 'baton_model_hedges_total',
      help: 'Slow calls that were made a second time, by model and whether the second answer counted.',
      labelNames: ['model', 'won'],
      registers,
    }),
    batchedRequests: new Counter({
      name: 'baton_batched_requests_total',
      help: 'Requests that came back from a batch, by what became of them (answered, failed, returned).',
      labelNames: ['outcome'],
      registers,
    }),
    stalledJobs: new Counter({
      name: 'baton_stalled_jobs_total',
      help: 'Jobs taken back from a worker that lost its lock, as seen by this process.',
      labelNames: ['queue'],
      registers,
    }),
    toolCalls: new Counter({
      name: 'baton_tool_calls_total',
      help: 'Calls of tools that workers run, by outcome (succeeded, failed, unknown: begun by a process that died, and not made again).',
      labelNames: ['tool', 'outcome'],
      registers,
    }),
    redisMemoryShare: new Gauge({
      name: 'baton_redis_memory_share',
      help: 'Share of its maxmemory that Redis holds, from 0 to 1; 0 without a limit. Told by processes that take goals.',
      registers,
    }),
    webhookDeliveries: new Counter({
      name: 'baton_webhook_deliveries_total',
      help: 'Attempts to deliver a webhook message, by outcome (delivered, failed, given_up).',
      labelNames: ['outcome'],
      registers,
    }),
    openStreams: new Gauge({
      name: 'baton_open_streams',
      help: 'Event streams and waits that this process holds open.',
      registers,
    }),
    httpSeconds: new Histogram({
      name: 'baton_http_request_seconds',
      help: 'HTTP requests, by route and status; a reply that stays open, such as an event stream, counts when it ends, with the time until it stayed open.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 60],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

/** @param app what the process is, such as `worker`. */
export function tellBuild({ buildInfo }: Pick<Metrics, 'buildInfo'>, app: string): void {
  buildInfo.set({ app, version: VERSION, node: process.versions.node }, 1);
}
