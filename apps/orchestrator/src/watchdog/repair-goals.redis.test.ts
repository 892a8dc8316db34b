/* Which goals are stuck, and which merely wait? Every goal here counts as quiet, so that only its jobs decide. */
import { FlowProducer, Queue, UnrecoverableError, Worker, type Job } from 'bullmq';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { noUsage, type Outcome } from '@baton/shared/contract/task-outcome';
import { endGoal } from '@baton/shared/ledger/goal-end';
import { appendEvents } from '@baton/shared/ledger/event-log';
import { createGoal } from '@baton/shared/ledger/goal-acceptance';
import { approvePlan, proposePlan } from '@baton/shared/ledger/plan-approval';
import { markSubmitted, readGoalFacts } from '@baton/shared/ledger/goal-record';
import { closingRuns } from '@baton/shared/ledger/watch';
import { recordOutcome } from '@baton/shared/ledger/task-record';
import { createLogger } from '@baton/shared/telemetry/logger';
import {
  leaseOf,
  newGoal,
  openTestLedger,
  plan,
  RETENTION,
  runningGoal,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { openGoalsQueue } from '../flows/goals-queue.ts';
import { openRunSubmitter } from '../flows/submit-run.ts';
import { goalRepairer } from './repair-goals.ts';

const EVERYTHING_IS_QUIET = -3_600_000;

async function open() {
  const { ledger, redis, connect, keys } = openTestLedger();
  const prefix = ledger.keyspace.queuePrefix;
  const connection = connect();
  const logger = createLogger('test', 'silent');
  const runs = openRunSubmitter({
    ledger,
    connection,
    prefix,
    retentionMs: RETENTION,
    endGoal: (goalId, end) => endGoal(ledger, goalId, end, RETENTION),
    logger,
  });
  const goalsQueue = openGoalsQueue(connection, prefix, RETENTION);
  const restore = vi.spyOn(goalsQueue, 'restore');
  const restart = vi.spyOn(runs, 'restart');
  const repair = goalRepairer({ ledger, queue: goalsQueue, runs, logger, quietMs: EVERYTHING_IS_QUIET });
  const look = (): Promise<unknown> => repair(new AbortController().signal);
  const queues = new Map<string, Queue>();
  const queueOf = (name: string): Queue => {
    const known = queues.get(name) ?? new Queue(name, { connection, prefix, skipMetasUpdate: true });
    queues.set(name, known);
    return known;
  };
  onTestFinished(async () => {
    for (const queue of queues.values()) await queue.close();
    await goalsQueue.close();
    await runs.close();
  });
  /** A worker of a queue by hand. */
  async function take(name: string): Promise<{ job: Job; token: string }> {
    const worker = new Worker(name, null, { connection, prefix });
    onTestFinished(() => worker.close());
    const job = (await worker.getNextJob('token', { block: false })) as Job | undefined;
    if (!job) throw new Error(`No job waits in ${name}`);
    return { job, token: 'token' };
  }
  /** Deletes all that Redis has of the goal's jobs in a rev. */
  async function loseJobs(goalId: string, rev: number): Promise<void> {
    const lost = (await keys()).filter((key) => key.includes(`:${goalId}.${rev}.`));
    const sets = (await keys()).filter(
      (key) => key.endsWith(':prioritized') || key.endsWith(':waiting-children'),
    );
    await redis.unlink([...lost, ...sets]);
  }
  return {
    ledger,
    redis,
    prefix,
    runs,
    goalsQueue,
    restore,
    restart,
    look,
    queueOf,
    take,
    loseJobs,
    connection,
  };
}

const urgency = { priority: 'medium', acceptedAt: Date.UTC(2026, 10, 1) } as const;

type Open = Awaited<ReturnType<typeof open>>;

/** A goal whose flow is whole. */
async function submitted({ ledger, runs }: Open): Promise<string> {
  const goalId = await runningGoal(ledger);
  await runs.add({ goalId, rev: 1, ...urgency, finishEarly: false, tasks: plan.tasks });
  return goalId;
}

const succeeded: Outcome = {
  status: 'succeeded',
  output: 'x',
  errors: [],
  usage: noUsage,
  simulated: false,
  reviews: [],
  metadata: {},
};

async function succeed({ ledger }: Open, goalId: string, taskId: string): Promise<void> {
  const task = { goalId, rev: 1, taskId };
  const dependents = taskId === 'advice' ? [] : ['advice'];
  await recordOutcome(ledger, task, await leaseOf(ledger, task), succeeded, dependents);
}

async function revOf({ ledger }: Open, goalId: string): Promise<number | undefined> {
  return (await readGoalFacts(ledger, goalId))?.rev;
}

describe('a goal whose flow is whole is left alone', () => {
  it('while its tasks wait for workers that nobody has started', async () => {
    const test = await open();
    const goalId = await submitted(test);
    for (let looks = 0; looks < 3; looks += 1) await test.look();
    expect(test.restart).not.toHaveBeenCalled();
    expect(await revOf(test, goalId)).toBe(1);
  });

  it('while one task is at work, for however long', async () => {
    const test = await open();
    const goalId = await submitted(test);
    const [tea, coffee] = [await test.take('tasks.researcher'), await test.take('tasks.researcher')];
    await coffee.job.moveToCompleted(null, coffee.token, false);
    for (let looks = 0; looks < 3; looks += 1) await test.look();
    expect(test.restart).not.toHaveBeenCalled();
    await tea.job.moveToCompleted(null, tea.token, false);
    expect(await revOf(test, goalId)).toBe(1);
  });

  it('while a task waits for its next attempt', async () => {
    const test = await open();
    await submitted(test);
    for (const { job, token } of [await test.take('tasks.researcher'), await test.take('tasks.researcher')]) {
      await job.moveToDelayed(Date.now() + 3_600_000, token);
    }
    for (let looks = 0; looks < 3; looks += 1) await test.look();
    expect(test.restart).not.toHaveBeenCalled();
  });

  it('when something was heard of it between two looks', async () => {
    const test = await open();
    const goalId = await submitted(test);
    await test.loseJobs(goalId, 1);
    for (let looks = 0; looks < 3; looks += 1) {
      await test.look();
      await appendEvents(test.ledger, goalId, null, [{ event: 'task.progress', data: {} }]);
    }
    expect(test.restart).not.toHaveBeenCalled();
  });
});

describe('a goal that nothing moves', () => {
  it('goes on at the second look with what has not ended', async () => {
    const test = await open();
    const { ledger } = test;
    const goalId = await submitted(test);
    await succeed(test, goalId, 'tea');
    await test.loseJobs(goalId, 1);
    await test.look();
    expect(await revOf(test, goalId)).toBe(1);
    await test.look();
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({
      rev: 2,
      submittedRev: 2,
      runTaskIds: ['coffee', 'advice'],
    });
    const { job } = await test.take('tasks.researcher');
    expect(job.data).toMatchObject({ goalId, rev: 2, taskId: 'coffee' });
    for (let looks = 0; looks < 3; looks += 1) await test.look();
    expect(await revOf(test, goalId)).toBe(2);
  });

  it('has its answer put together in a new rev when its synthesis job failed for good', async () => {
    const test = await open();
    const goalId = await submitted(test);
    for (const id of ['tea', 'coffee', 'advice']) {
      const { job, token } = await test.take('tasks.researcher');
      expect(job.data).toMatchObject({ taskId: id });
      await succeed(test, goalId, id);
      await job.moveToCompleted(null, token, false);
    }
    const { job, token } = await test.take('synthesis');
    await job.moveToFailed(new UnrecoverableError('for good'), token, false);
    expect(await job.getState()).toBe('failed');
    await test.look();
    await test.look();
    const again = await test.take('synthesis');
    expect(again.job.data).toMatchObject({ goalId, rev: 2 });
  });

  it('is restarted by one of two that look at once', async () => {
    const test = await open();
    const goalId = await submitted(test);
    await test.loseJobs(goalId, 1);
    await Promise.allSettled([test.runs.restart(goalId), test.runs.restart(goalId)]);
    expect(await revOf(test, goalId)).toBe(2);
    expect(await test.queueOf('synthesis').getJobCountByTypes('waiting-children')).toBe(1);
  });
});

describe('a goal that waits for its plan or its flow', () => {
  it('gets the job back that it had lost', async () => {
    const test = await open();
    await createGoal(test.ledger, newGoal());
    await test.look();
    expect(await test.restore.mock.results[0]?.value).toBe(true);
    expect(await test.queueOf('goals').getJobState('goal_1')).toBe('prioritized');
    await test.look();
    expect(test.restore).toHaveBeenCalledOnce();
    for (let looks = 0; looks < 6; looks += 1) await test.look();
    expect(await test.restore.mock.results[1]?.value).toBe(false);
  });

  it.each(['completed', 'failed'] as const)('gets another job when its job is %s', async (state) => {
    const test = await open();
    await createGoal(test.ledger, newGoal());
    await test.goalsQueue.add('plan', { goalId: 'goal_1', retries: 0 }, urgency);
    const { job, token } = await test.take('goals');
    if (state === 'completed') await job.moveToCompleted(null, token, false);
    else await job.moveToFailed(new UnrecoverableError('for good'), token, false);
    expect(await job.getState()).toBe(state);
    await test.look();
    expect(await test.queueOf('goals').getJobState('goal_1')).toBe('prioritized');
  });

  it('keeps a job that is at work, or waits for its next attempt', async () => {
    const test = await open();
    await createGoal(test.ledger, newGoal());
    await test.goalsQueue.add('plan', { goalId: 'goal_1', retries: 0 }, urgency);
    const { job, token } = await test.take('goals');
    await test.look();
    expect(await job.getState()).toBe('active');
    await job.moveToDelayed(Date.now() + 3_600_000, token);
    await test.look();
    expect(await job.getState()).toBe('delayed');
  });

  it('is left alone while its plan waits for approval, and has the job that its approval gave it', async () => {
    const test = await open();
    await createGoal(test.ledger, newGoal('goal_1', { options: { approval: true } }));
    await proposePlan(test.ledger, 'goal_1', null, plan);
    await test.look();
    expect(test.restore).not.toHaveBeenCalled();
    await approvePlan(test.ledger, 'goal_1', 1, plan, false);
    await test.goalsQueue.add('run', { goalId: 'goal_1', retries: 0 }, urgency);
    await test.look();
    expect(await test.restore.mock.results[0]?.value).toBe(false);
  });

  it('gets its job back when its approval could not give it one', async () => {
    const test = await open();
    await createGoal(test.ledger, newGoal('goal_1', { options: { approval: true } }));
    await proposePlan(test.ledger, 'goal_1', null, plan);
    await approvePlan(test.ledger, 'goal_1', 1, plan, false);
    await test.look();
    expect(await test.restore.mock.results[0]?.value).toBe(true);
  });

  it('gets its job back when its flow is not known to be whole, under the name of its run', async () => {
    const test = await open();
    const goalId = await runningGoal(test.ledger);
    await test.look();
    expect(await test.queueOf('goals').getJobState(goalId)).toBe('prioritized');
    await markSubmitted(test.ledger, goalId, 1);
    expect(test.restart).not.toHaveBeenCalled();
  });
});

describe('the jobs of a goal that was ended from outside', () => {
  it('are removed, but for what a worker holds, which is removed when it is let go', async () => {
    const test = await open();
    const goalId = await submitted(test);
    const { job, token } = await test.take('tasks.researcher');
    await endGoal(
      test.ledger,
      goalId,
      { status: 'cancelled', rev: null, lease: null, leavesJobs: true },
      RETENTION,
    );
    const [run] = await closingRuns(test.ledger, 0);
    if (!run) throw new Error('The run is not closing');
    expect(await test.runs.clear(run)).toBe(false);
    const left = await test.queueOf('tasks.researcher').getJobs();
    expect(left.map(({ id }) => id)).toEqual([job.id]);
    expect(await test.queueOf('synthesis').getJobCountByTypes('waiting-children')).toBe(0);
    await job.moveToCompleted(null, token, false);
    expect(await test.runs.clear(run)).toBe(true);
  });
});

it('a flow that is there and was not noted is noted, and added once', async () => {
  const test = await open();
  const goalId = await submitted(test);
  await test.redis.hdel(test.ledger.goal(goalId).goal, 'submittedRev');
  const add = vi.spyOn(FlowProducer.prototype, 'add');
  onTestFinished(() => add.mockRestore());
  await test.look();
  await test.runs.resume(goalId);
  expect(await readGoalFacts(test.ledger, goalId)).toMatchObject({ rev: 1, submittedRev: 1 });
  expect(add).not.toHaveBeenCalled();
});
