import type { Redis } from 'ioredis';
import type { GoalKeys, Keyspace } from '../redis/keyspace.ts';
import { ledgerScripts, type LedgerScript } from './scripts.ts';

type ScriptArgument = string | number;
type ScriptCommand = (...args: ScriptArgument[]) => Promise<unknown>;

/** What Redis remembers about goals, outside BullMQ's own keys. The verbs are in the other files of this room. */
export interface Ledger {
  readonly redis: Redis;
  readonly keyspace: Keyspace;
  goal(goalId: string): GoalKeys;
  run(script: LedgerScript, keys: readonly string[], args: readonly ScriptArgument[]): Promise<unknown>;
}

export function openLedger(redis: Redis, keyspace: Keyspace): Ledger {
  for (const [name, script] of Object.entries(ledgerScripts)) redis.defineCommand(name, script);
  const commands = redis as unknown as Record<LedgerScript, ScriptCommand>;
  return Object.freeze({
    redis,
    keyspace,
    goal: (goalId: string) => keyspace.goal(goalId),
    run: (script: LedgerScript, keys: readonly string[], args: readonly ScriptArgument[]) =>
      commands[script](...keys, ...args),
  });
}
