import { expect, it } from 'vitest';
import type { TaskJob } from '@baton/shared/contract/queues';
import { startTask } from '@baton/shared/ledger/task-record';
import { neverCached } from '@baton/shared/model/cache-worth';
import { defaultModelTiers } from '@baton/shared/model/model-tiers';
import { LaterError } from '@baton/shared/model/llm';
import { JobAborted } from '@baton/shared/queue/job-worker';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import { openTestLedger, runningGoal } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { defineWorker } from '../define-worker.ts';
import { toolBoxOf } from '../tools/tool-box.ts';
import { defaultToolSettings } from '../tools/tool-settings.ts';
import { executeTask, type ExecuteTaskDeps } from './execute-task.ts';

async function open() {
  const { ledger, redis } = openTestLedger();
  const goalId = await runningGoal(ledger);
  const metrics = createMetrics();
  const deps = {
    ledger,
    models: { tiers: defaultModelTiers, cachePays: neverCached, callerFor: () => null },
    tools: toolBoxOf({ settings: defaultToolSettings, local: new Map(), servers: [] }),
    metrics,
    logger: createLogger('test', 'silent'),
  } as unknown as ExecuteTaskDeps;
  const task: TaskJob = { goalId, rev: 1, taskId: 'tea' };
  return {
    ledger,
    redis,
    task,
    /** Runs the task with a worker that does this. */
    execute(run: () => Promise<string>, signal = new AbortController().signal) {
      const worker = defineWorker({ type: 'researcher', description: 'd', bestFor: 'b', notFor: 'n', run });
      return executeTask(deps, { worker, task, signal, queueRecord: async () => ({ complete: true }) }).catch(
        () => null,
      );
    },
    async retries(): Promise<Record<string, number>> {
      const { values } = await metrics.tasksRetried.get();
      return Object.fromEntries(values.map(({ labels, value }) => [String(labels.cause), value]));
    },
    /** How many waits were told, and their sum in whole seconds. */
    async waits(): Promise<number[]> {
      const { values } = await metrics.taskWaitSeconds.get();
      const of = (part: string): number =>
        values.find(({ metricName }) => metricName === `baton_task_wait_seconds_${part}`)?.value ?? 0;
      return [of('count'), Math.floor(of('sum'))];
    },
  };
}

it('tells how long a task has waited since its dependencies ended, at its first start alone', async () => {
  const { ledger, redis, task, execute, waits } = await open();
  await redis.hincrby(ledger.goal(task.goalId).tasks, 'queuedAt:tea', -7_000);
  await execute(async () => {
    throw new LaterError('Not now.', 1);
  });
  expect(await waits()).toEqual([1, 7]);
  await execute(async () => 'leaves');
  expect(await waits()).toEqual([1, 7]);
});

it('tells why tasks run again, and nothing of those that do not', async () => {
  const { ledger, task, execute, retries } = await open();
  expect(await retries()).toEqual({});
  await execute(async () => {
    throw new LaterError('Not now.', 1);
  });
  expect(await retries()).toEqual({ later: 1 });
  const stopping = new AbortController();
  await execute(async () => {
    stopping.abort(new JobAborted('shutdown'));
    throw new Error('cut off');
  }, stopping.signal);
  expect(await retries()).toEqual({ later: 1, shutdown: 1 });
  // A process takes it up and is never heard of again.
  await startTask(ledger, task);
  await execute(async () => 'leaves');
  expect(await retries()).toEqual({ later: 1, shutdown: 1, process_died: 1 });
  await execute(async () => 'again');
  expect(await retries()).toEqual({ later: 1, shutdown: 1, process_died: 1 });
});

it('counts a run that was taken over once, by the one that took it over', async () => {
  const { ledger, task, execute, retries } = await open();
  const lost = new AbortController();
  await execute(async () => {
    await startTask(ledger, task);
    lost.abort(new JobAborted('lock_lost'));
    throw new Error('cut off');
  }, lost.signal);
  expect(await retries()).toEqual({});
  const doubtful = new AbortController();
  await execute(async () => {
    doubtful.abort(new JobAborted('lock_lost'));
    throw new Error('cut off');
  }, doubtful.signal);
  expect(await retries()).toEqual({ process_died: 1, lock_lost: 1 });
});

it('counts no run whose goal has ended', async () => {
  const { execute, retries } = await open();
  const ended = new AbortController();
  await execute(async () => {
    ended.abort(new JobAborted('goal_ended'));
    throw new Error('cut off');
  }, ended.signal);
  expect(await retries()).toEqual({});
});
