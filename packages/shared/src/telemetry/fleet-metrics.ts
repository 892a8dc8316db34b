import { Gauge, Registry } from 'prom-client';

/**
 * What the fleet as a whole does: told by one process at a time, so that sums over processes count nothing twice. Each scrape fills
 * a registry of its own, so that nothing outlives the look at it: a worker type that is gone is not told of with its last figure.
 */
export function fleetMetrics(registry: Registry = new Registry()) {
  const registers = [registry];
  const gauge = <Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Gauge<Label> => new Gauge({ name, help, labelNames: [...labelNames], registers });
  const ofType = ['worker_type'] as const;
  const ofModel = ['model'] as const;
  return {
    registry,
    goals: gauge(
      'baton_goals',
      'Goals that have not ended, sub-goals among them, by status; where there are more than 2000, reckoned from a random sample of as many.',
      ['status'],
    ),
    queueJobs: gauge(
      'baton_queue_jobs',
      'Jobs by queue and state (waiting: any free slot may take them; active; delayed: for a moment of their own); worker_type is empty but for the queues of tasks.',
      ['queue', 'worker_type', 'state'],
    ),
    queueOldestWaitingSeconds: gauge(
      'baton_queue_oldest_waiting_seconds',
      'How long the job that waits longest has been ready; 0 when none waits.',
      ['queue', 'worker_type'],
    ),
    workerProcesses: gauge(
      'baton_worker_processes',
      'Live worker processes that take tasks of this type.',
      ofType,
    ),
    workerSlots: gauge('baton_worker_slots', 'Tasks of this type that the fleet can run at once.', ofType),
    workerSlotsUsed: gauge('baton_worker_slots_used', 'Tasks of this type that run.', ofType),
    workerSlotsWanted: gauge(
      'baton_worker_slots_wanted',
      'Slots of this type that would be used at once if they were there: what to scale to.',
      ofType,
    ),
    modelCallsWaiting: gauge(
      'baton_model_calls_waiting',
      'Calls that wait for the limits of their model, in a process or put back with their job.',
      ofModel,
    ),
    modelCallsInFlight: gauge('baton_model_calls_in_flight', 'Requests to the model under way.', ofModel),
    modelPaused: gauge(
      'baton_model_paused',
      '1 while no call of the model may go out: its endpoint asked for a pause, fails, or its account is spent; else 0.',
      ofModel,
    ),
    redisMemoryBytes: gauge('baton_redis_memory_bytes', "Memory that Baton's Redis uses."),
    redisMemoryLimitBytes: gauge('baton_redis_memory_limit_bytes', 'Its maxmemory; 0 without a limit.'),
    webhookOutbox: gauge('baton_webhook_outbox_messages', 'Webhook messages that are not delivered yet.'),
    webhookLagSeconds: gauge(
      'baton_webhook_outbox_lag_seconds',
      'How long the oldest webhook message has been due; 0 when none is.',
    ),
  };
}

export type FleetMetrics = ReturnType<typeof fleetMetrics>;
