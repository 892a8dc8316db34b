import { describe, expect, it } from 'vitest';
import { listGoals, type GoalQuery, type Place } from './goal-index.ts';
import { endGoal } from './goal-end.ts';
import { createGoal } from './goal-acceptance.ts';
import type { Ledger } from './ledger.ts';
import { newGoal, openTestLedger, RETENTION, TENANT } from './testing/test-ledger.ts';

const links = () => ({ self: '', events: '', dashboard: null });
const everything: GoalQuery = { tenant: TENANT, status: null, labels: {}, limit: 100, after: null };

async function createMany(ledger: Ledger, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `goal_${String(index).padStart(3, '0')}`);
  await Promise.all(
    ids.map((goalId, index) => {
      const labels = { parity: index % 2 === 0 ? 'even' : 'odd' };
      return createGoal(ledger, newGoal(goalId, { labels }));
    }),
  );
  return ids;
}

/** Every page, one after the other. */
async function allPages(ledger: Ledger, query: GoalQuery): Promise<string[][]> {
  const pages: string[][] = [];
  let after: Place | null = null;
  do {
    const { items, next } = await listGoals(ledger, { ...query, after }, links);
    pages.push(items.map(({ id }) => id));
    after = next;
  } while (after);
  return pages;
}

describe('the list of goals', () => {
  it('pages through all goals newest first, each once, though many share a millisecond', async () => {
    const { ledger } = openTestLedger();
    const ids = await createMany(ledger, 230);
    const pages = await allPages(ledger, { ...everything, limit: 50 });
    expect(pages.map((page) => page.length)).toEqual([50, 50, 50, 50, 30]);
    const listed = pages.flat();
    expect(new Set(listed)).toEqual(new Set(ids));
    const { items } = await listGoals(ledger, everything, links);
    const times = items.map(({ createdAt }) => createdAt);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('has no next page after the last goal, also when the last page is full', async () => {
    const { ledger } = openTestLedger();
    await createMany(ledger, 4);
    expect((await allPages(ledger, { ...everything, limit: 2 })).map((page) => page.length)).toEqual([2, 2]);
  });

  it('filters by status and by labels', async () => {
    const { ledger } = openTestLedger();
    await createMany(ledger, 6);
    await endGoal(ledger, 'goal_001', { status: 'failed', rev: null, lease: null }, RETENTION);
    const failed = await listGoals(ledger, { ...everything, status: 'failed' }, links);
    expect(failed.items.map(({ id }) => id)).toEqual(['goal_001']);
    const odd = await listGoals(ledger, { ...everything, labels: { parity: 'odd' } }, links);
    expect(odd.items.map(({ id }) => id).sort()).toEqual(['goal_001', 'goal_003', 'goal_005']);
    expect((await listGoals(ledger, { ...everything, labels: { parity: 'none' } }, links)).items).toEqual([]);
  });

  it("shows no other tenant's goals, and drops those whose retention is over", async () => {
    const { ledger, redis } = openTestLedger();
    await createMany(ledger, 2);
    expect((await listGoals(ledger, { ...everything, tenant: 'other' }, links)).items).toEqual([]);
    await redis.del(ledger.goal('goal_000').goal);
    expect((await listGoals(ledger, everything, links)).items.map(({ id }) => id)).toEqual(['goal_001']);
    expect(await redis.zcard(ledger.keyspace.tenantGoals(TENANT))).toBe(1);
  });
});
