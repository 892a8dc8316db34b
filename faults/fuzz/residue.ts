import { createHash } from 'node:crypto';
import type { Stack } from './stack.ts';

/** Keys that come and go by themselves. */
const PASSING = /:workers$|:stalled-check$|^\{[^}]+\}:rate:/;

/** What all goals share: sets of Baton's own, and BullMQ's of each queue. */
const SHARED =
  /^\{[^}]+\}:(?:[a-z-]+|queue:(?:goals|control|synthesis|tasks\.(?:researcher|writer)):[a-z-]+(?::data)?)$/;
const IDEMPOTENCY = /^\{[^}]+\}:idempotency:/;
export const GOAL_ID = /goal_[0-9a-z]{20}/g;

export async function keysOf({ redis, prefix }: Pick<Stack, 'redis' | 'prefix'>): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const page of redis.scanStream({ match: `{${prefix}}*`, count: 1_000 })) {
    for (const key of page as string[]) if (!PASSING.test(key)) keys.add(key);
  }
  return keys;
}

/** Keys and goals in Redis that no accepted goal accounts for. */
export async function unaccountedKeys(
  stack: Pick<Stack, 'redis' | 'prefix'>,
  before: ReadonlySet<string>,
  goals: ReadonlyMap<string, string>,
): Promise<string[]> {
  const isAccounted = (key: string): boolean =>
    before.has(key) || SHARED.test(key) || (key.match(GOAL_ID) ?? []).some((id) => goals.has(id));
  const found = [...(await keysOf(stack))].filter((key) => !isAccounted(key));
  const left: string[] = [];
  for (const key of found) {
    const made = IDEMPOTENCY.test(key) ? await stack.redis.hget(key, 'goal') : null;
    if (made === null) left.push(key);
    else if (!goals.has(made)) left.push(`${key}, which has made ${made}`);
  }
  const listed = await stack.redis.zrange(`{${stack.prefix}}:goals:default`, '0', '-1');
  return [
    ...left,
    ...listed.filter((id) => !goals.has(id)).map((id) => `{${stack.prefix}}:goals:default holds ${id}`),
  ];
}

/** Tenants that are said to have goals open, when all goals have ended. */
export async function openCounts({ redis, prefix }: Pick<Stack, 'redis' | 'prefix'>): Promise<string[]> {
  const counts = await redis.hgetall(`{${prefix}}:open-counts`);
  return Object.entries(counts)
    .filter(([, count]) => Number(count) !== 0)
    .map(([tenant, count]) => `${tenant}: ${count}`);
}

/** What the model was asked for that no accepted request had, by the emulator's hash of the text. */
export async function unaccountedCalls(
  { emulator }: Pick<Stack, 'emulator'>,
  texts: readonly string[],
): Promise<string[]> {
  const known = new Set(
    texts.map((goal) => createHash('sha256').update(goal.toWellFormed().trim()).digest('hex').slice(0, 12)),
  );
  const { byGoal } = await emulator.stats();
  return Object.keys(byGoal).filter((hash) => !known.has(hash));
}
