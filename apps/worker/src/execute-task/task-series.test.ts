import { expect, it } from 'vitest';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import { beginTaskSeries } from './task-series.ts';

it('begins with 0 what is to be seen to grow, and leaves what has grown as it is', async () => {
  const metrics = createMetrics();
  beginTaskSeries(metrics, 'writer', 'tasks.writer');
  metrics.tasksEnded.inc({ worker_type: 'writer', outcome: 'failed' });
  beginTaskSeries(metrics, 'writer', 'tasks.writer');
  const told = (await metrics.registry.metrics()).split('\n');
  for (const line of [
    'baton_tasks_ended_total{worker_type="writer",outcome="failed"} 1',
    'baton_tasks_ended_total{worker_type="writer",outcome="partial"} 0',
    'baton_tasks_retried_total{worker_type="writer",cause="process_died"} 0',
    'baton_stalled_jobs_total{queue="tasks.writer"} 0',
  ])
    expect(told).toContain(line);
});
