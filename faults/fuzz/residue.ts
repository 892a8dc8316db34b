import { createHash } from 'node:crypto';
import type { Stack } from './stack.ts';

/** Keys that come and go by themselves. */
const PASSING = /:workers$|:stalled-check$/;

/** What all goals share: sets of Baton's own, and BullMQ's of each queue. */
const SHARED =
  /^\{[^}]+\}:(?:[a-z-]+|queue:(?:goals|control|synthesis|tasks\.(?:researcher|writer)):[a-z-]+(?::data)?)$/;
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
  const left = [...(await keysOf(stack))].filter((key) => !isAccounted(key));
  const listed = await stack.redis.zrange(`{${stack.prefix}}:goals:default`, '0', '-1');
  return [
    ...left,
    ...listed.filter((id) => !goals.has(id)).map((id) => `{${stack.prefix}}:goals:default holds ${id}`),
  ];
}

/** Goals that the model was called for and that were never accepted, by the emulator's hash of their text. */
export async function unaccountedCalls(
  { emulator }: Pick<Stack, 'emulator'>,
  goals: ReadonlyMap<string, string>,
): Promise<string[]> {
  const known = new Set(
    [...goals.values()].map((goal) =>
      createHash('sha256').update(goal.toWellFormed().trim()).digest('hex').slice(0, 12),
    ),
  );
  const { byGoal } = await emulator.stats();
  return Object.keys(byGoal).filter((hash) => !known.has(hash));
}
