import { describe, expect, it } from 'vitest';
import type { TaskJob } from '@baton/shared/contract/queues';
import { readEvents } from '@baton/shared/ledger/event-log';
import { endGoal } from '@baton/shared/ledger/goal-end';
import { readGoalFacts, startNextRev } from '@baton/shared/ledger/goal-record';
import { readGoal } from '@baton/shared/ledger/goal-view';
import { MOST_DEATHS } from '@baton/shared/ledger/lease';
import { neverCached } from '@baton/shared/model/cache-worth';
import { noSamples } from '@baton/shared/model/call-samples';
import { withJournal } from '@baton/shared/model/journaled-llm';
import { LaterError, ModelError } from '@baton/shared/model/llm';
import type { ModelAccess } from '@baton/shared/model/model-access';
import { defaultModelTiers } from '@baton/shared/model/model-tiers';
import { defaultPrices } from '@baton/shared/model/prices';
import { RetryLaterError } from '@baton/shared/model/retrying-llm';
import { JobAborted } from '@baton/shared/queue/job-worker';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import {
  leaseOf,
  openTestLedger,
  RETENTION,
  runningGoal,
  TENANT,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { scriptedLlm, type ScriptLine } from '../../../../packages/shared/src/model/testing/scripted-llm.ts';
import { defineWorker, type Worker } from '../define-worker.ts';
import { toolBoxOf } from '../tools/tool-box.ts';
import { defaultToolSettings } from '../tools/tool-settings.ts';
import { executeTask, type TaskReturn } from './execute-task.ts';

const about = { type: 'researcher', description: 'd', bestFor: 'b', notFor: 'n' };
const asking = defineWorker({
  ...about,
  run: async (_task, { model }) => (await model.text({ system: 's', prompt: 'p' })).text,
});

const limited = new ModelError('slow down', {
  failure: { kind: 'retryable', retryAfterMs: 3_600_000 },
  type: 'rate_limit_error',
});

/** A running goal with the task `tea`, and a model that says these lines. */
async function open(...lines: readonly ScriptLine[]) {
  const { ledger, redis } = openTestLedger();
  const goalId = await runningGoal(ledger);
  const llm = scriptedLlm(...lines);
  const models: ModelAccess = {
    tiers: defaultModelTiers,
    structuredOutput: 'prompt',
    plansInXml: false,
    contextTokens: 200_000,
    cachePays: neverCached,
    samples: noSamples,
    costOf: () => null,
    callerFor: (journal) => withJournal(llm, journal, defaultPrices),
  };
  const tools = toolBoxOf({ settings: defaultToolSettings, local: new Map(), servers: [] });
  const deps = { ledger, models, tools, metrics: createMetrics(), logger: createLogger('test', 'silent') };
  const tea: TaskJob = { goalId, rev: 1, taskId: 'tea' };
  const execute = (
    task = tea,
    worker: Worker = asking,
    signal = new AbortController().signal,
  ): Promise<TaskReturn> =>
    executeTask(deps, { worker, task, signal, queueRecord: async () => ({ complete: true }) });
  const taskOf = async (id: string) => {
    const goal = await readGoal(ledger, goalId, TENANT, () => ({ self: '', events: '', dashboard: null }));
    return goal?.tasks.find((each) => each.id === id);
  };
  const deaths = async (): Promise<number> =>
    Number(await redis.hget(ledger.goal(goalId).tasks, 'deaths:tea'));
  return { ledger, redis, goalId, llm, tea, execute, taskOf, deaths };
}

describe('executing a task', () => {
  it('records what its worker gave', async () => {
    const { execute, taskOf } = await open({ text: 'leaves' });
    expect(await execute()).toEqual({ taskId: 'tea', status: 'succeeded' });
    expect(await taskOf('tea')).toMatchObject({ status: 'succeeded', output: 'leaves', attempts: 1 });
  });

  it('gives the outcome that is there to whoever comes late', async () => {
    const { execute, llm } = await open({ text: 'leaves' });
    await execute();
    expect(await execute()).toEqual({ taskId: 'tea', status: 'succeeded' });
    expect(llm.requests).toHaveLength(1);
  });

  it('asks nothing again that an earlier run, or an earlier rev, was answered', async () => {
    const { ledger, execute, llm, tea, taskOf, goalId } = await open({ text: 'leaves' });
    const dying = defineWorker({
      ...about,
      async run(_task, { model }) {
        await model.text({ system: 's', prompt: 'p' });
        throw new RetryLaterError(1, limited);
      },
    });
    await expect(execute(tea, dying)).rejects.toThrow(RetryLaterError);
    await startNextRev(ledger, goalId, 1);
    expect(await execute({ ...tea, rev: 2 })).toEqual({ taskId: 'tea', status: 'succeeded' });
    expect(llm.requests).toHaveLength(1);
    expect(await taskOf('tea')).toMatchObject({ output: 'leaves', attempts: 1, usage: { calls: 1 } });
  });

  it.each(['returns', 'throws'])('is put back even when its worker %s in spite of it', async (how) => {
    const { execute, tea, taskOf } = await open(new LaterError('Not now.', 1), { text: 'leaves' });
    const careless = defineWorker({
      ...about,
      async run(_task, { model }) {
        const text = await model.text({ system: 's', prompt: 'p' }).then(
          (answer) => answer.text,
          () => null,
        );
        if (text === null && how === 'throws') throw new Error('No text.');
        return text ?? 'no text';
      },
    });
    await expect(execute(tea, careless)).rejects.toThrow('Not now.');
    await execute(tea, careless);
    expect(await taskOf('tea')).toMatchObject({ output: 'leaves', attempts: 1 });
  });

  it('counts no attempt for a run that was put back, however often, and tells of no new start', async () => {
    const { ledger, execute, tea, taskOf, goalId } = await open({ text: 'leaves' });
    const waiting = (error: Error) =>
      defineWorker({
        ...about,
        async run() {
          throw error;
        },
      });
    const starts = async (): Promise<unknown[]> =>
      (await readEvents(ledger, goalId, '0'))
        .filter(({ event }) => event === 'task.started')
        .map(({ data }) => data['attempt']);
    for (let count = 0; count < 3; count += 1) {
      await expect(execute(tea, waiting(new LaterError('Not now.', 1)))).rejects.toThrow('Not now.');
      expect(await taskOf('tea')).toMatchObject({ status: 'running', attempts: 1 });
    }
    expect(await starts()).toEqual([1]);
    const cut = new JobAborted('shutdown');
    const aborted = AbortSignal.abort(cut);
    await expect(execute(tea, waiting(cut), aborted)).rejects.toThrow(JobAborted);
    await execute();
    expect(await taskOf('tea')).toMatchObject({ output: 'leaves', attempts: 2 });
    expect(await starts()).toEqual([1, 2]);
  });
});

describe('a long text', () => {
  const cut = { text: 'Green ', stopReason: 'max_tokens' } as const;

  it('is gone on with, and a run that was broken off in between pays for neither piece again', async () => {
    const { execute, llm, taskOf } = await open(cut, new LaterError('Not now.', 1), { text: 'leaves' });
    await expect(execute()).rejects.toThrow('Not now.');
    await execute();
    expect(await taskOf('tea')).toMatchObject({ output: 'Green leaves', attempts: 1, usage: { calls: 2 } });
    expect(llm.requests).toHaveLength(3);
  });

  it('is not gone on with past a limit that its worker set', async () => {
    const short = defineWorker({
      ...about,
      async run(_task, { model }) {
        const { text, truncated } = await model.text({ system: 's', prompt: 'p', maxTokens: 5 });
        return `${text}${String(truncated)}`;
      },
    });
    const { tea, execute, llm, taskOf } = await open(cut);
    await execute(tea, short);
    expect(await taskOf('tea')).toMatchObject({ output: 'Green true' });
    expect(llm.requests).toHaveLength(1);
  });

  it("that is refused ends its task with the endpoint's reason", async () => {
    const { execute, taskOf } = await open({ text: '', stopReason: 'refusal', refusal: 'Too risky.' });
    await execute();
    expect(await taskOf('tea')).toMatchObject({
      status: 'failed',
      errors: ['The model refused this task: Too risky.'],
    });
  });
});

describe('a task whose runs died with their process', () => {
  it('is started no more after too many of them, and fails with the reason', async () => {
    const { ledger, tea, execute, llm, taskOf, goalId } = await open();
    for (let death = 0; death < MOST_DEATHS; death += 1) await leaseOf(ledger, tea);
    expect(await execute()).toEqual({ taskId: 'tea', status: 'failed' });
    expect(llm.requests).toHaveLength(0);
    expect(await taskOf('tea')).toMatchObject({
      status: 'failed',
      attempts: MOST_DEATHS,
      errors: [expect.stringContaining(`died each of the ${MOST_DEATHS} times`)],
    });
    const events = await readEvents(ledger, goalId, '0');
    expect(events.filter(({ event }) => event === 'task.started')).toHaveLength(MOST_DEATHS);
    expect(events.at(-1)).toMatchObject({ event: 'task.failed', data: { taskId: 'tea' } });
  });

  it('is started once more while there were not too many', async () => {
    const { ledger, tea, execute } = await open({ text: 'leaves' });
    for (let death = 1; death < MOST_DEATHS; death += 1) await leaseOf(ledger, tea);
    expect(await execute()).toEqual({ taskId: 'tea', status: 'succeeded' });
  });
});

describe('a run whose lease was taken over', () => {
  it('does not end its job while the goal waits for the outcome: nobody else may have that job', async () => {
    const { ledger, tea, execute, taskOf, deaths } = await open({ text: 'leaves' });
    const overtaken = defineWorker({
      ...about,
      async run() {
        await leaseOf(ledger, tea);
        expect(await deaths()).toBe(1);
        return 'late';
      },
    });
    await expect(execute(tea, overtaken)).rejects.toMatchObject({ cause: 'lock_lost' });
    expect(await deaths()).toBe(0);
    expect(await taskOf('tea')).toMatchObject({ status: 'running', output: null });
    expect(await execute()).toEqual({ taskId: 'tea', status: 'succeeded' });
    expect(await taskOf('tea')).toMatchObject({ output: 'leaves', attempts: 3 });
  });
});

it('has lost outcomes found again in the next rev, when its dependencies have ended and nobody knows how', async () => {
  const { ledger, goalId, execute, llm, taskOf } = await open();
  expect(await execute({ goalId, rev: 1, taskId: 'advice' })).toEqual({ taskId: 'advice', status: 'stale' });
  expect(await readGoalFacts(ledger, goalId)).toMatchObject({
    rev: 2,
    runTaskIds: ['tea', 'coffee', 'advice'],
  });
  expect(await taskOf('advice')).toMatchObject({ status: 'pending', startedAt: null });
  expect(llm.requests).toHaveLength(0);
});

describe('a run that ends without an outcome lets go', () => {
  it('when the model is to be asked later', async () => {
    const { execute, deaths } = await open(() => Promise.reject(new RetryLaterError(1, limited)));
    await expect(execute()).rejects.toThrow(RetryLaterError);
    expect(await deaths()).toBe(0);
  });

  it('when its process must go, as often as that happens', async () => {
    const { execute, deaths, tea, taskOf } = await open({ text: 'leaves' });
    for (let put = 0; put < 2 * MOST_DEATHS; put += 1) {
      const shutdown = new AbortController();
      const hanging = defineWorker({
        ...about,
        run: () => {
          shutdown.abort(new Error('must go'));
          return new Promise<string>(() => undefined);
        },
      });
      await expect(execute(tea, hanging, shutdown.signal)).rejects.toThrow('must go');
      expect(await deaths()).toBe(0);
    }
    expect(await execute()).toEqual({ taskId: 'tea', status: 'succeeded' });
    expect(await taskOf('tea')).toMatchObject({ attempts: 2 * MOST_DEATHS + 1 });
  });

  it('when its goal has ended meanwhile, and records nothing', async () => {
    const { ledger, goalId, execute, tea, taskOf, deaths } = await open();
    const ending = defineWorker({
      ...about,
      async run() {
        await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
        return 'late';
      },
    });
    expect(await execute(tea, ending)).toEqual({ taskId: 'tea', status: 'stale' });
    expect(await taskOf('tea')).toMatchObject({ status: 'cancelled', output: null });
    expect(await deaths()).toBe(0);
  });
});
