import { expect, it, onTestFinished, vi } from 'vitest';
import { openEventFeed } from '@baton/shared/ledger/event-feed';
import { createGoal } from '@baton/shared/ledger/goal-acceptance';
import { endGoal } from '@baton/shared/ledger/goal-end';
import {
  newGoal,
  openTestLedger,
  RETENTION,
  TENANT,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { endOfGoals } from './end-of-goal.ts';

const LONG = 60_000;
const cancel = { status: 'cancelled', rev: null, lease: null } as const;

async function open() {
  const { ledger, connect } = openTestLedger();
  const feed = openEventFeed(ledger, connect(), () => undefined);
  onTestFinished(() => feed.close());
  const subscribe = vi.spyOn(feed, 'subscribe');
  const [stopping, gone] = [new AbortController(), new AbortController()];
  await createGoal(ledger, newGoal());
  const wait = (ms = LONG, tenant = TENANT) =>
    endOfGoals(ledger, feed, stopping.signal)(tenant, 'goal_1', ms, gone.signal);
  /** Resolves once the wait listens. */
  const listening = () => expect.poll(() => subscribe.mock.calls.length).toBeGreaterThan(0);
  return { ledger, subscribe, stopping, gone, wait, listening };
}

it('is waited for until it comes', async () => {
  const { ledger, wait, listening } = await open();
  const waiting = wait();
  await listening();
  await endGoal(ledger, 'goal_1', cancel, RETENTION);
  await waiting;
});

it('is not waited for when it has come already, nor for a goal of somebody else', async () => {
  const { ledger, subscribe, wait } = await open();
  await wait(LONG, 'other');
  await endGoal(ledger, 'goal_1', cancel, RETENTION);
  await wait();
  expect(subscribe).not.toHaveBeenCalled();
});

it.each(['stopping', 'gone'] as const)(
  'is waited for no longer once the %s signal is aborted',
  async (which) => {
    const opened = await open();
    const waiting = opened.wait();
    await opened.listening();
    opened[which].abort();
    await waiting;
    await opened.wait();
  },
);

it('is waited for so long and no longer', async () => {
  const { wait } = await open();
  await wait(10);
});
