/* What if the answer to a question comes when nobody waits for it any more? */
import { expect, test, vi } from 'vitest';
import { awaitTurn } from './await-turn.ts';
import type { FirstOfKind, Standing } from './first-of-kind.ts';
import { ModelError } from './llm.ts';

const never = new AbortController().signal;
const patience = { leaseMs: 1_000, mostMs: 60_000, signal: never };

/** Answers when the test does. */
function pending() {
  const open: ((standing: Standing) => void)[] = [];
  const firsts: FirstOfKind = { ask: () => new Promise((resolve) => open.push(resolve)) };
  const giveUp = vi.fn(async () => undefined);
  const first: Standing = { kind: 'first', claim: { renew: giveUp, done: giveUp, giveUp } };
  return { open, firsts, first, giveUp };
}

test('asks again while another is under way', async () => {
  const left: Standing[] = [{ kind: 'under_way' }, { kind: 'under_way' }, { kind: 'done', value: 'it' }];
  const ask = vi.fn(async () => left.shift() ?? { kind: 'under_way' as const });
  const terms = { leaseMs: 1_000, rememberMs: 2_000 };
  const standing = await awaitTurn({ ask }, 'what', { ...patience, ...terms });
  expect(standing).toEqual({ kind: 'done', value: 'it' });
  expect(ask.mock.calls).toEqual([1, 2, 3].map(() => ['what', terms]));
});

test('is told that another is under way when the time is up', async () => {
  const firsts: FirstOfKind = { ask: async () => ({ kind: 'under_way' }) };
  expect(await awaitTurn(firsts, 'what', { ...patience, mostMs: 60 })).toEqual({ kind: 'under_way' });
});

test('a claim that comes when the time is up is given back', async () => {
  const { open, firsts, first, giveUp } = pending();
  expect(await awaitTurn(firsts, 'what', { ...patience, mostMs: 1 })).toEqual({ kind: 'under_way' });
  open[0]?.(first);
  await vi.waitFor(() => expect(giveUp).toHaveBeenCalledTimes(1));
});

test('a claim that comes when its caller has gone is given back', async () => {
  const { open, firsts, first, giveUp } = pending();
  const caller = new AbortController();
  const turn = awaitTurn(firsts, 'what', { ...patience, signal: caller.signal });
  caller.abort();
  await expect(turn).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
  open[0]?.(first);
  await vi.waitFor(() => expect(giveUp).toHaveBeenCalledTimes(1));
});

test('nobody is asked for a caller that has gone before', async () => {
  const ask = vi.fn(async (): Promise<Standing> => ({ kind: 'under_way' }));
  const turn = awaitTurn({ ask }, 'what', { ...patience, signal: AbortSignal.abort() });
  await expect(turn).rejects.toBeInstanceOf(ModelError);
  expect(ask).not.toHaveBeenCalled();
});

test('fails as the question does', async () => {
  const firsts: FirstOfKind = { ask: () => Promise.reject(new Error('Connection is closed.')) };
  await expect(awaitTurn(firsts, 'what', patience)).rejects.toThrow('Connection is closed.');
});
