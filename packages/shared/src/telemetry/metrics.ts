import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800];

/** Every metric of Baton. Labels are worker types, models, outcomes and the like; never tenants or goals. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'baton_' });
  return {
    registry,
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
    webhookOutbox: new Gauge({
      name: 'baton_webhook_outbox_messages',
      help: 'Webhook messages that are not delivered yet, as this process last saw it.',
      registers,
    }),
    webhookLagSeconds: new Gauge({
      name: 'baton_webhook_outbox_lag_seconds',
      help: 'How long the oldest webhook message had been due when this process last looked.',
      registers,
    }),
    httpSeconds: new Histogram({
      name: 'baton_http_request_seconds',
      help: 'HTTP requests, by route and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 60],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
