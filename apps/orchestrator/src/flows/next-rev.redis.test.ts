/* The moment between a plan that was changed and its flow: what if the process, or Redis, fails just there? */
import { expect, it, vi } from 'vitest';
import { amendPlan } from '@baton/shared/ledger/plan-amendment';
import { markSubmitted } from '@baton/shared/ledger/goal-record';
import { Unfinished } from '@baton/shared/queue/job-worker';
import { openTestLedger, runningGoal } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { beginNextRev, takeUpNextRev } from './next-rev.ts';

/** A goal whose rev 1 was amended; rev 2 has no flow. */
async function amended() {
  const { ledger, redis } = openTestLedger();
  const goalId = await runningGoal(ledger);
  await redis.hset(ledger.goal(goalId).tasks, 'starts::replanner', 1);
  await markSubmitted(ledger, goalId, 1);
  await amendPlan(ledger, goalId, {
    rev: 1,
    lease: { place: ':replanner', number: 1 },
    plan: null,
    clear: [],
    end: null,
    event: { event: 'goal.replanned', data: {} },
    counts: 'replans',
    fields: {},
  });
  const resume = vi.fn(async () => undefined);
  const { goal } = ledger.goal(goalId);
  const takeUp = (rev: number): Promise<void> => takeUpNextRev({ ledger, runs: { resume } }, { goalId, rev });
  return { ledger, redis, goalId, goal, resume, takeUp };
}

it('has the flow of an amended rev added by the next run of the job that amended it', async () => {
  const { goalId, redis, goal, resume, takeUp } = await amended();
  await takeUp(1);
  expect(resume).toHaveBeenCalledExactlyOnceWith(goalId);
  // Its flow was lost, and who started it over has died too.
  await redis.hset(goal, 'rev', 3);
  await takeUp(1);
  expect(resume).toHaveBeenCalledTimes(2);
});

it('leaves a rev alone that has its flow, was not amended, or whose goal has gone further or ended', async () => {
  const { ledger, goalId, redis, goal, resume, takeUp } = await amended();
  await takeUp(2);
  await takeUp(0);
  await redis.hset(goal, 'status', 'cancelled');
  await takeUp(1);
  await redis.hset(goal, 'status', 'synthesizing');
  await takeUp(1);
  await redis.hset(goal, 'status', 'running');
  await markSubmitted(ledger, goalId, 2);
  await takeUp(1);
  expect(resume).not.toHaveBeenCalled();
});

it('says that its job is to run again when the flow can not be added', async () => {
  const begin = vi.fn(async () => undefined);
  await beginNextRev({ begin }, { goalId: 'goal_1', rev: 1 });
  expect(begin).toHaveBeenCalledExactlyOnceWith('goal_1', 2);
  const cause = new Error('Redis is away');
  begin.mockRejectedValueOnce(cause);
  const failing = beginNextRev({ begin }, { goalId: 'goal_1', rev: 1 });
  await expect(failing).rejects.toThrow(Unfinished);
  await expect(failing).rejects.toMatchObject({ cause });
});
