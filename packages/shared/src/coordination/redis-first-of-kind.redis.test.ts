import { expect, test } from 'vitest';
import { openTestLedger } from '../ledger/testing/test-ledger.ts';
import { firstOfKindConformance } from '../model/testing/first-of-kind-conformance.ts';
import { redisFirstOfKind } from './redis-first-of-kind.ts';

firstOfKindConformance(() => {
  const { ledger, redis, connect } = openTestLedger();
  return [redisFirstOfKind(redis, ledger.keyspace), redisFirstOfKind(connect(), ledger.keyspace)];
});

test('nothing stays behind: every key has its end', async () => {
  const { ledger, redis, keys } = openTestLedger();
  const firsts = redisFirstOfKind(redis, ledger.keyspace);
  for (const what of ['claimed', 'done', 'renewed']) {
    const standing = await firsts.ask(what, { leaseMs: 60_000 });
    if (standing.kind !== 'first') throw new Error('somebody was first');
    if (what === 'done') await standing.claim.done('x', 60_000);
    if (what === 'renewed') await standing.claim.renew();
  }
  const lifetimes = await Promise.all((await keys()).map((key) => redis.pttl(key)));
  expect(lifetimes).toHaveLength(3);
  for (const ms of lifetimes) expect(ms).toBeGreaterThan(50_000);
});

test('a question that is sent again has the claim that it was given', async () => {
  const { ledger, redis } = openTestLedger();
  redisFirstOfKind(redis, ledger.keyspace);
  const ask = redis as unknown as Record<'askFirst', (...args: (string | number)[]) => Promise<unknown>>;
  const key = ledger.keyspace.firstOfKind('a');
  expect(await ask.askFirst(key, 'token', 1_000, '')).toEqual(['first']);
  expect(await ask.askFirst(key, 'token', 1_000, '')).toEqual(['first']);
  expect(await ask.askFirst(key, 'other', 1_000, '')).toEqual(['under_way']);
});
