/**
 * Who is the first, by one key per thing to be done.
 *
 * 1. At any time one claim holds a key; a claim ends by its owner's word or by its lease, whichever is first.
 * 2. Only whoever holds the claim, or did when nobody has claimed it since, changes what is known.
 * 3. A question that is sent again because its reply was lost has the claim that it was given.
 */

import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { FirstOfKind, Standing, Terms } from '../model/first-of-kind.ts';
import type { Keyspace } from '../redis/keyspace.ts';
import { firstOfKindScripts } from './scripts/first-of-kind.ts';

type Command = (key: string, ...args: (string | number)[]) => Promise<unknown>;

export function redisFirstOfKind(redis: Redis, keyspace: Keyspace): FirstOfKind {
  for (const [name, script] of Object.entries(firstOfKindScripts)) redis.defineCommand(name, script);
  const commands = redis as unknown as Record<keyof typeof firstOfKindScripts, Command>;
  return Object.freeze({
    async ask(what: string, { leaseMs, rememberMs }: Terms): Promise<Standing> {
      const key = keyspace.firstOfKind(what);
      const token = randomUUID();
      const [kind, value] = (await commands.askFirst(key, token, leaseMs, rememberMs ?? '')) as string[];
      if (kind === 'done') return { kind, value: value ?? '' };
      if (kind !== 'first') return { kind: 'under_way' };
      return {
        kind,
        claim: {
          renew: async () => void (await commands.renewFirst(key, token, leaseMs)),
          done: async (result, ms) => void (await commands.endFirst(key, token, result, ms)),
          giveUp: async () => void (await commands.endFirst(key, token)),
        },
      };
    },
  });
}
