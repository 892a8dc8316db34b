import { describe, expect, it } from 'vitest';
import { addFeedback, MOST_FEEDBACK } from './feedback.ts';
import { createGoal } from './goal-acceptance.ts';
import { endGoal } from './goal-end.ts';
import { readGoal } from './goal-view.ts';
import type { Ledger } from './ledger.ts';
import { newGoal, openTestLedger, RETENTION, TENANT } from './testing/test-ledger.ts';

const links = () => ({ self: '', events: '', dashboard: null });
const praise = { score: 0.9, comment: 'Good, "mostly"; {}, \\ and \u2028.' };

async function ended(): Promise<Ledger> {
  const { ledger } = openTestLedger();
  await createGoal(ledger, newGoal());
  await endGoal(ledger, 'goal_1', { status: 'succeeded', rev: null, lease: null, output: 'x' }, RETENTION);
  return ledger;
}

describe('feedback', () => {
  it('is kept in order, as it was given, and goes when its goal does', async () => {
    const ledger = await ended();
    expect(await addFeedback(ledger, 'goal_1', TENANT, praise)).toBe('added');
    expect(await addFeedback(ledger, 'goal_1', TENANT, { score: 0, comment: null })).toBe('added');
    const goal = await readGoal(ledger, 'goal_1', TENANT, links);
    expect(goal?.feedback).toMatchObject([praise, { score: 0, comment: null }]);
    expect(Date.parse(goal?.feedback[0]?.at ?? '')).toBeGreaterThan(0);
    expect(await ledger.redis.pttl(ledger.goal('goal_1').goal)).toBeGreaterThan(0);
  });

  it("is for goals that have ended, and of one's own tenant", async () => {
    const { ledger } = openTestLedger();
    await createGoal(ledger, newGoal());
    expect(await addFeedback(ledger, 'goal_1', TENANT, praise)).toBe('open');
    expect(await addFeedback(ledger, 'goal_1', 'other', praise)).toBe('gone');
    expect(await addFeedback(ledger, 'goal_2', TENANT, praise)).toBe('gone');
  });

  it('of one goal has an end', async () => {
    const ledger = await ended();
    for (let count = 0; count < MOST_FEEDBACK; count += 1)
      await addFeedback(ledger, 'goal_1', TENANT, praise);
    expect(await addFeedback(ledger, 'goal_1', TENANT, praise)).toBe('full');
    expect((await readGoal(ledger, 'goal_1', TENANT, links))?.feedback).toHaveLength(MOST_FEEDBACK);
  });
});
