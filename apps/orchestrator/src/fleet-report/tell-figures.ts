import { orchestrator } from '@baton/plan/worker-types/orchestrator';
import { openGoalStatuses } from '@baton/shared/contract/goal-status';
import { fleetMetrics } from '@baton/shared/telemetry/fleet-metrics';
import type { FleetFigures } from './fleet-figures.ts';

/** Messages that goals' webhooks are still to be told, in the figures of queues. */
const WEBHOOKS = 'webhooks';

/** @returns Prometheus's text form of every fleet metric. */
export function tellFigures(figures: FleetFigures): Promise<string> {
  const metrics = fleetMetrics();
  for (const status of openGoalStatuses) metrics.goals.set({ status }, figures.goals.get(status) ?? 0);

  for (const { queue, workerType, waiting, active, delayed, oldestWaitingMs } of figures.queues) {
    const of = { queue, worker_type: workerType };
    for (const [state, jobs] of Object.entries({ waiting, active, delayed }))
      metrics.queueJobs.set({ ...of, state }, jobs);
    metrics.queueOldestWaitingSeconds.set(of, (oldestWaitingMs ?? 0) / 1_000);
  }
  const { messages, due, lagMs } = figures.outbox;
  const ofWebhooks = { queue: WEBHOOKS, worker_type: '' };
  metrics.queueJobs.set({ ...ofWebhooks, state: 'waiting' }, due);
  metrics.queueJobs.set({ ...ofWebhooks, state: 'delayed' }, messages - due);
  metrics.queueOldestWaitingSeconds.set(ofWebhooks, lagMs / 1_000);
  metrics.webhookOutbox.set(messages);
  metrics.webhookLagSeconds.set(lagMs / 1_000);

  for (const { type, workers, slots, slotsWanted, active } of figures.workerTypes) {
    // Its tasks are other goals, and take nobody's slots.
    if (type === orchestrator.type) continue;
    const of = { worker_type: type };
    metrics.workerProcesses.set(of, workers);
    metrics.workerSlots.set(of, slots);
    // A worker that died holds its jobs until they are taken back.
    metrics.workerSlotsUsed.set(of, Math.min(active, slots));
    metrics.workerSlotsWanted.set(of, slotsWanted);
  }

  for (const { model, waiting, inFlight, isPaused } of figures.models) {
    metrics.modelCallsWaiting.set({ model }, waiting);
    metrics.modelCallsInFlight.set({ model }, inFlight);
    metrics.modelPaused.set({ model }, isPaused ? 1 : 0);
  }
  metrics.redisMemoryBytes.set(figures.memory.used);
  metrics.redisMemoryLimitBytes.set(figures.memory.limit);
  return metrics.registry.metrics();
}
