import { describe, expect, it } from 'vitest';
import { createGoal } from './goal-acceptance.ts';
import { endGoal } from './goal-end.ts';
import { claimMessages, settleMessage } from './outbox.ts';
import { findInOutbox, listOutbox } from './outbox-view.ts';
import { newGoal, openTestLedger, RETENTION } from './testing/test-ledger.ts';

const end = { status: 'failed', rev: null, lease: null } as const;

/** Three goals that ended, whose messages no one has claimed. */
async function threeMessages() {
  const { ledger } = openTestLedger();
  for (const id of ['goal_1', 'goal_2', 'goal_3']) {
    const webhook = { url: `https://example.com:8443/hook/${id}?token=secret` };
    await createGoal(ledger, newGoal(id, { webhook }));
    await endGoal(ledger, id, end, RETENTION);
  }
  return ledger;
}

describe('the outbox as an operator sees it', () => {
  it('tells due messages from those that are claimed or wait for another attempt', async () => {
    const ledger = await threeMessages();
    const [claimed] = await claimMessages(ledger, 1);
    if (!claimed) throw new Error('nothing was claimed');
    const now = Date.now() + 1_000;
    expect(await listOutbox(ledger, 'due', now, 0, 10)).toHaveLength(2);
    expect(await listOutbox(ledger, 'later', now, 0, 10)).toEqual([
      {
        name: claimed.name,
        goalId: claimed.goalId,
        type: 'goal.failed',
        at: expect.any(Number),
        dueAt: claimed.heldUntil,
        receiver: 'example.com:8443',
        attempts: 0,
        lastError: null,
      },
    ]);
    const answered = { outcome: 'failed', status: 500, ms: 3 } as const;
    await settleMessage(ledger, claimed, { againInMs: 60_000 }, answered);
    expect(await findInOutbox(ledger, claimed.name)).toMatchObject({
      attempts: 1,
      lastError: 'answered 500',
    });
    await settleMessage(ledger, claimed, 'delivered', { outcome: 'delivered', status: 204, ms: 3 });
    expect(await findInOutbox(ledger, claimed.name)).toBeNull();
    expect(await listOutbox(ledger, 'later', now, 0, 10)).toEqual([]);
  });

  it('lists page by page, changes nothing, and tells no secret of an address', async () => {
    const ledger = await threeMessages();
    const now = Date.now() + 1_000;
    const pages = [await listOutbox(ledger, 'due', now, 0, 2), await listOutbox(ledger, 'due', now, 2, 2)];
    expect(
      pages
        .flat()
        .map(({ goalId }) => goalId)
        .toSorted(),
    ).toEqual(['goal_1', 'goal_2', 'goal_3']);
    expect(JSON.stringify(pages)).not.toMatch(/secret|hook/);
    expect(await claimMessages(ledger, 10)).toHaveLength(3);
  });

  it('shows messages of goals that are gone', async () => {
    const ledger = await threeMessages();
    const keys = ledger.goal('goal_1');
    await ledger.redis.unlink(keys.goal, keys.deliveries);
    expect(await findInOutbox(ledger, 'goal_1.0')).toMatchObject({ type: null, at: null, receiver: null });
  });
});
