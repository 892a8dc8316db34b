import { describe, expect, test, vi } from 'vitest';
import type { Claim, FirstOfKind } from '../first-of-kind.ts';

const MINUTE = 60_000;
const terms = { leaseMs: MINUTE };

async function claimOf(firsts: FirstOfKind, what: string, leaseMs = MINUTE): Promise<Claim> {
  const standing = await firsts.ask(what, { leaseMs });
  if (standing.kind !== 'first') throw new Error(`Not the first, but ${standing.kind}`);
  return standing.claim;
}

/** What every {@link FirstOfKind} does. @param open two that know of each other, as two processes have them. */
export function firstOfKindConformance(open: () => readonly [FirstOfKind, FirstOfKind]): void {
  describe('of those who ask', () => {
    test('one is the first, and all know what it left behind', async () => {
      const [one, other] = open();
      const claim = await claimOf(one, 'a');
      expect(await other.ask('a', terms)).toEqual({ kind: 'under_way' });
      expect(await one.ask('a', terms)).toEqual({ kind: 'under_way' });
      await claim.done('it', MINUTE);
      expect(await other.ask('a', terms)).toEqual({ kind: 'done', value: 'it' });
      expect((await other.ask('b', terms)).kind).toBe('first');
    });

    test('of many at once one is the first', async () => {
      const both = open();
      const asked = Array.from({ length: 50 }, (_, index) => both[index % 2]?.ask('a', terms));
      const kinds = (await Promise.all(asked)).map((standing) => standing?.kind);
      expect(kinds.filter((kind) => kind === 'first')).toHaveLength(1);
    });

    test('the next one is the first when the first gives up', async () => {
      const [one, other] = open();
      const claim = await claimOf(one, 'a');
      await claim.giveUp();
      expect((await other.ask('a', terms)).kind).toBe('first');
    });

    test('the next one is the first when the first is not heard of, and what that one does is without effect', async () => {
      const [one, other] = open();
      const lost = await claimOf(one, 'a', 20);
      const claim = await vi.waitFor(() => claimOf(other, 'a'));
      await lost.renew();
      await lost.done('late', MINUTE);
      await lost.giveUp();
      expect(await one.ask('a', terms)).toEqual({ kind: 'under_way' });
      await claim.done('in time', MINUTE);
      await lost.giveUp();
      expect(await one.ask('a', terms)).toEqual({ kind: 'done', value: 'in time' });
    });
  });

  test('what is done too late counts while nobody else is at it', async () => {
    const [one, other] = open();
    const late = await claimOf(one, 'a', 1);
    const gone = await vi.waitFor(() => claimOf(other, 'a', 20));
    await gone.giveUp();
    await late.done('late', MINUTE);
    expect(await other.ask('a', terms)).toEqual({ kind: 'done', value: 'late' });
  });

  test('a claim that is renewed goes on', async () => {
    const [one, other] = open();
    const claim = await claimOf(one, 'a', 300);
    const began = performance.now();
    while (performance.now() - began < 600) {
      await claim.renew();
      expect(await other.ask('a', terms)).toEqual({ kind: 'under_way' });
    }
  });

  test('what is done is forgotten, later when it is asked for', async () => {
    const [one, other] = open();
    await (await claimOf(one, 'short')).done('x', 20);
    await (await claimOf(one, 'long')).done('', 20);
    await other.ask('long', { ...terms, rememberMs: MINUTE });
    await vi.waitFor(() => claimOf(other, 'short'));
    expect(await other.ask('long', terms)).toEqual({ kind: 'done', value: '' });
  });
}
