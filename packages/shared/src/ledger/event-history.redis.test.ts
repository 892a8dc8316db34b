import { describe, expect, it, vi } from 'vitest';
import { openEventHistory } from './event-history.ts';
import { appendEvents } from './event-log.ts';
import { openTestLedger, runningGoal } from './testing/test-ledger.ts';

async function goalWith(events: number, text = '') {
  const test = openTestLedger();
  const goalId = await runningGoal(test.ledger);
  const before = await test.redis.xlen(test.ledger.goal(goalId).events);
  const append = (count: number): Promise<boolean> =>
    appendEvents(
      test.ledger,
      goalId,
      null,
      Array.from({ length: count }, (_, index) => ({
        event: 'output.delta' as const,
        data: { index, text },
      })),
    );
  await append(events - before);
  return { ...test, goalId, append, xrange: vi.spyOn(test.redis, 'xrange') };
}

const firstId = (batch: { events: readonly { id: string }[] } | null): string | undefined =>
  batch?.events[0]?.id;

describe('the history of a goal', () => {
  it('is read a page at a time, once for all who ask', async () => {
    const { ledger, goalId, xrange } = await goalWith(250);
    const history = openEventHistory(ledger);
    const pages = await Promise.all(Array.from({ length: 50 }, () => history.after(goalId, 0)));
    expect(new Set(pages).size).toBe(1);
    expect(pages[0]).toMatchObject({ lastId: 100 });
    expect(await history.after(goalId, 0)).toBe(pages[0]);
    expect(await history.after(goalId, 42)).toMatchObject({ lastId: 100 });
    expect(firstId(await history.after(goalId, 42))).toBe('43');
    expect(xrange).toHaveBeenCalledTimes(1);
    expect(await history.after(goalId, 100)).toMatchObject({ lastId: 200 });
    expect(await history.after(goalId, 200)).toMatchObject({ lastId: 250 });
    expect(xrange).toHaveBeenCalledTimes(3);
    expect(await history.after(goalId, 250)).toBeNull();
    expect(await history.after('goal_unknown', 0)).toBeNull();
  });

  it('is read again for what came after a page was read', async () => {
    const { ledger, goalId, append } = await goalWith(120);
    const history = openEventHistory(ledger);
    expect(await history.after(goalId, 100)).toMatchObject({ lastId: 120 });
    await append(3);
    expect(await history.after(goalId, 110)).toMatchObject({ lastId: 120 });
    expect(firstId(await history.after(goalId, 120))).toBe('121');
    expect(await history.after(goalId, 110)).toMatchObject({ lastId: 123 });
  });

  it('is kept up to a size: what was used last, and at least that', async () => {
    const { ledger, goalId, xrange } = await goalWith(300, 'x'.repeat(100));
    const history = openEventHistory(ledger, 45_000);
    for (const after of [0, 100, 0, 200, 0]) await history.after(goalId, after);
    expect(xrange).toHaveBeenCalledTimes(3);
    await history.after(goalId, 100);
    expect(xrange).toHaveBeenCalledTimes(4);

    const small = openEventHistory(ledger, 1);
    await small.after(goalId, 0);
    await small.after(goalId, 50);
    expect(xrange).toHaveBeenCalledTimes(5);
    await small.after(goalId, 100);
    await small.after(goalId, 0);
    expect(xrange).toHaveBeenCalledTimes(7);
  });

  it('fails for all who wait for a read that fails, and is read anew by the next', async () => {
    const { ledger, goalId, xrange } = await goalWith(10);
    const history = openEventHistory(ledger);
    xrange.mockRejectedValueOnce(new Error('cut'));
    const asked = [history.after(goalId, 0), history.after(goalId, 0)];
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await history.after(goalId, 0)).toMatchObject({ lastId: 10 });
  });
});
