import { describe, expect, it } from 'vitest';
import { metricCatalogue } from '@baton/shared/telemetry/metric-catalogue';
import type { FleetFigures } from './fleet-figures.ts';
import { tellFigures } from './tell-figures.ts';

const none = { waiting: 0, active: 0, delayed: 0, oldestWaitingMs: null };
const figures: FleetFigures = {
  goals: new Map([['running', 7]]),
  queues: [
    { ...none, queue: 'goals', workerType: '' },
    {
      queue: 'tasks.writer',
      workerType: 'writer',
      waiting: 3,
      active: 9,
      delayed: 2,
      oldestWaitingMs: 1_500,
    },
  ],
  workerTypes: [
    { ...none, type: 'writer', waiting: 3, active: 9, workers: 1, slots: 8, slotsWanted: 12 },
    { ...none, type: 'orchestrator', active: 4, workers: 0, slots: 0, slotsWanted: 0 },
  ],
  models: [{ model: 'm', waiting: 5, inFlight: 2, isPaused: true, isKnown: true }],
  outbox: { messages: 6, due: 4, lagMs: 2_500 },
  memory: { used: 1_000, limit: 0 },
};

async function samples(): Promise<string[]> {
  return (await tellFigures(figures)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('the fleet, as Prometheus is told of it', () => {
  it('has every open status, so that a sum never lacks one', async () => {
    expect((await samples()).filter((line) => line.startsWith('baton_goals{'))).toEqual([
      'baton_goals{status="accepted"} 0',
      'baton_goals{status="planning"} 0',
      'baton_goals{status="awaiting_approval"} 0',
      'baton_goals{status="running"} 7',
      'baton_goals{status="synthesizing"} 0',
    ]);
  });

  it('has queues by state, those of tasks by worker type, and the webhooks among them', async () => {
    const told = await samples();
    for (const line of [
      'baton_queue_jobs{queue="goals",worker_type="",state="waiting"} 0',
      'baton_queue_jobs{queue="tasks.writer",worker_type="writer",state="waiting"} 3',
      'baton_queue_jobs{queue="tasks.writer",worker_type="writer",state="active"} 9',
      'baton_queue_jobs{queue="tasks.writer",worker_type="writer",state="delayed"} 2',
      'baton_queue_jobs{queue="webhooks",worker_type="",state="waiting"} 4',
      'baton_queue_jobs{queue="webhooks",worker_type="",state="delayed"} 2',
      'baton_queue_oldest_waiting_seconds{queue="goals",worker_type=""} 0',
      'baton_queue_oldest_waiting_seconds{queue="tasks.writer",worker_type="writer"} 1.5',
      'baton_queue_oldest_waiting_seconds{queue="webhooks",worker_type=""} 2.5',
      'baton_webhook_outbox_messages 6',
      'baton_webhook_outbox_lag_seconds 2.5',
    ])
      expect(told).toContain(line);
  });

  it('has the slots of workers, of which no more are used than there are; tasks that are goals take none', async () => {
    const told = await samples();
    for (const line of [
      'baton_worker_processes{worker_type="writer"} 1',
      'baton_worker_slots{worker_type="writer"} 8',
      'baton_worker_slots_used{worker_type="writer"} 8',
      'baton_worker_slots_wanted{worker_type="writer"} 12',
    ])
      expect(told).toContain(line);
    expect(told.filter((line) => line.startsWith('baton_worker_') && line.includes('orchestrator'))).toEqual(
      [],
    );
  });

  it('has the models, and the memory of Redis', async () => {
    const told = await samples();
    for (const line of [
      'baton_model_calls_waiting{model="m"} 5',
      'baton_model_calls_in_flight{model="m"} 2',
      'baton_model_paused{model="m"} 1',
      'baton_redis_memory_bytes 1000',
      'baton_redis_memory_limit_bytes 0',
    ])
      expect(told).toContain(line);
  });

  it('tells every metric that the catalogue says the fleet has, and no other', async () => {
    const told = new Set((await samples()).map((line) => /^\w+/.exec(line)?.[0]));
    const known = (await metricCatalogue()).filter(({ toldBy }) => toldBy === 'fleet');
    expect(told).toEqual(new Set(known.map(({ name }) => name)));
  });
});
