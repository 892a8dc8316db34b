import { describe, expect, it, vi } from 'vitest';
import { unworked, type OutcomeStatus } from '@baton/shared/contract/task-outcome';
import { readEvents } from '@baton/shared/ledger/event-log';
import { createGoal } from '@baton/shared/ledger/goal-acceptance';
import { readGoalFacts } from '@baton/shared/ledger/goal-record';
import { recordPlan } from '@baton/shared/ledger/plan-record';
import { readGoal } from '@baton/shared/ledger/goal-view';
import { MOST_DEATHS } from '@baton/shared/ledger/lease';
import { recordOutcome } from '@baton/shared/ledger/task-record';
import { closingRuns } from '@baton/shared/ledger/watch';
import { createLogger } from '@baton/shared/telemetry/logger';
import {
  leaseOf,
  newGoal,
  openTestLedger,
  plan,
  TENANT,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import type { Assessment, AssessmentRequest } from './ask-assessor.ts';
import { assessGoal } from './assess-goal.ts';

type Ask = (request: AssessmentRequest, signal: AbortSignal) => Promise<Assessment>;

const goalId = 'goal_1';
const signal = new AbortController().signal;
const yes: Ask = async () => ({ suffices: true, reason: 'Tea is enough.' });
const no: Ask = async () => ({ suffices: false, reason: 'Coffee is missing.' });

/** A goal whose task tea is of high priority. */
async function open() {
  const test = openTestLedger();
  const { ledger } = test;
  await createGoal(ledger, newGoal(goalId, { options: { finishEarly: true, latency: 'relaxed' } }));
  const tasks = plan.tasks.map((task) => ({
    ...task,
    priority: task.id === 'tea' ? ('high' as const) : ('low' as const),
  }));
  await recordPlan(ledger, goalId, 1, null, { ...plan, tasks });
  const begin = vi.fn(async () => undefined);
  const resume = vi.fn(async () => undefined);
  const endBelow = vi.fn(async () => undefined);
  return {
    ...test,
    begin,
    resume,
    endBelow,
    run: (askAssessor: Ask, rev = 1) =>
      assessGoal(
        { ledger, askAssessor, runs: { begin, resume }, endBelow, logger: createLogger('test', 'silent') },
        { goalId, rev },
        signal,
      ),
    async end(taskId: string, status: OutcomeStatus = 'succeeded') {
      const task = { goalId, rev: 1, taskId };
      await recordOutcome(
        ledger,
        task,
        await leaseOf(ledger, task),
        { ...unworked(status), output: taskId },
        [],
      );
    },
    goal: () => readGoal(ledger, goalId, TENANT, () => ({ self: '', events: '', dashboard: null })),
    judged: async () =>
      (await readEvents(ledger, goalId, '0'))
        .filter(({ event }) => event === 'goal.judged')
        .map(({ data }) => data),
  };
}

describe('a goal whose important tasks have ended', () => {
  it('goes on as a rev without tasks when what is there suffices', async () => {
    const { run, end, goal, judged, begin, ledger } = await open();
    await end('tea');
    const ask = vi.fn<Ask>(yes);
    await run(ask);
    expect(ask.mock.calls[0]?.[0].results.map(({ outcome }) => outcome?.status)).toEqual([
      'succeeded',
      undefined,
      undefined,
    ]);
    expect(ask.mock.calls[0]?.[0].purpose.latency).toBe('normal');
    expect(begin).toHaveBeenCalledWith(goalId, 2);
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({ rev: 2, status: 'running', runTaskIds: [] });
    expect(await closingRuns(ledger, 0)).toEqual([{ goalId, rev: 1 }]);
    expect(await judged()).toMatchObject([
      { about: 'early_finish', suffices: true, reason: 'Tea is enough.' },
    ]);
    expect(await goal()).toMatchObject({
      finishedEarly: 'Tea is enough.',
      tasks: [
        { status: 'succeeded' },
        { status: 'cancelled', errors: [expect.stringContaining('finished early: Tea is enough.')] },
        { status: 'cancelled', metadata: { finishedEarly: true } },
      ],
    });
  });

  it('goes on as it was when it does not', async () => {
    const { run, end, goal, judged, begin } = await open();
    await end('tea');
    await run(no);
    expect(begin).not.toHaveBeenCalled();
    expect(await judged()).toMatchObject([{ suffices: false, reason: 'Coffee is missing.' }]);
    expect(await goal()).toMatchObject({
      rev: 1,
      finishedEarly: null,
      tasks: [{}, { status: 'queued' }, {}],
    });
  });

  it.each(['failed', 'skipped', 'cancelled'] as const)(
    'is not asked about when one of them is %s',
    async (status) => {
      const { run, end } = await open();
      await end('tea', status);
      const ask = vi.fn<Ask>(yes);
      await run(ask);
      expect(ask).not.toHaveBeenCalled();
    },
  );

  it('is not asked about while one is open, when nothing is, or in another rev', async () => {
    const { run, end } = await open();
    const ask = vi.fn<Ask>(yes);
    await run(ask);
    await end('tea');
    await run(ask, 2);
    await end('coffee');
    await end('advice');
    await run(ask);
    expect(ask).not.toHaveBeenCalled();
  });

  it('is not finished early when the last task ended while the assessor thought', async () => {
    const { run, end, goal, judged, begin } = await open();
    await end('tea');
    await run(async (...args) => {
      await end('coffee');
      await end('advice');
      return yes(...args);
    });
    expect(begin).not.toHaveBeenCalled();
    expect(await judged()).toEqual([]);
    expect(await goal()).toMatchObject({ rev: 1, finishedEarly: null });
  });

  it('is finished by one of two who assess it', async () => {
    const { run, end, begin } = await open();
    await end('tea');
    const overtaken = run(async (...args) => {
      await run(yes);
      return yes(...args);
    });
    await overtaken;
    expect(begin).toHaveBeenCalledOnce();
  });

  it('goes on by the next run of the job when its flow could not be added, or the process died', async () => {
    const { run, end, begin, resume, redis, ledger } = await open();
    await end('tea');
    begin.mockRejectedValueOnce(new Error('Redis is away'));
    await expect(run(yes)).rejects.toMatchObject({ name: 'Unfinished' });
    const ask = vi.fn<Ask>(yes);
    await run(ask);
    expect(resume).toHaveBeenCalledExactlyOnceWith(goalId);
    await redis.hset(ledger.goal(goalId).goal, 'submittedRev', 2);
    await run(ask);
    expect(resume).toHaveBeenCalledOnce();
    expect(ask).not.toHaveBeenCalled();
  });

  it('has its flow, though sub-goals that are not needed could not be ended', async () => {
    const { run, end, begin, endBelow } = await open();
    await end('tea');
    endBelow.mockRejectedValueOnce(new Error('Redis is away'));
    await run(yes);
    expect([begin.mock.calls, endBelow.mock.calls]).toEqual([[[goalId, 2]], [[goalId]]]);
  });

  it('is asked about again when the model is away, and no more once too many processes have died of it', async () => {
    const { run, end, begin } = await open();
    await end('tea');
    for (let put = 0; put < 2 * MOST_DEATHS; put += 1) {
      await expect(run(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    }
    for (let death = 0; death < MOST_DEATHS; death += 1) {
      await new Promise<void>((resolve) => {
        void run(() => {
          resolve();
          return new Promise(() => undefined);
        });
      });
    }
    const ask = vi.fn<Ask>(yes);
    await run(ask);
    expect(ask).not.toHaveBeenCalled();
    expect(begin).not.toHaveBeenCalled();
  });
});
