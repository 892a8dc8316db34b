import type { Redis } from 'ioredis';
import type { Budget } from '../contract/goal-request.ts';
import type { CommonSettings } from '../settings/settings.ts';
import type { GoalKeys, Keyspace } from '../redis/keyspace.ts';
import { unwatched, type PhaseWatch } from './phase-watch.ts';
import { ledgerScripts, type LedgerScript } from './scripts.ts';

type ScriptArgument = string | number;
type ScriptCommand = (...args: ScriptArgument[]) => Promise<unknown>;

/** What Redis remembers about goals, outside BullMQ's own keys. The verbs are in the other files of this room. */
export interface Ledger {
  readonly redis: Redis;
  readonly keyspace: Keyspace;
  /** What the tenant may spend a day; null for any. */
  readonly tenantBudget: (tenant: string) => Budget | null;
  /** ms that what a tenant has used on a day is kept. */
  readonly usageRetention: number;
  readonly watch: PhaseWatch;
  goal(goalId: string): GoalKeys;
  run(script: LedgerScript, keys: readonly string[], args: readonly ScriptArgument[]): Promise<unknown>;
}

export interface LedgerSettings {
  readonly tenantBudget: Ledger['tenantBudget'];
  readonly usageRetention: number;
}

/** What a process's settings say to the ledger. */
export function ledgerSettings({
  TENANT_BUDGETS,
  USAGE_RETENTION,
}: Pick<CommonSettings, 'TENANT_BUDGETS' | 'USAGE_RETENTION'>): LedgerSettings {
  return { tenantBudget: TENANT_BUDGETS, usageRetention: USAGE_RETENTION };
}

const plainSettings: LedgerSettings = { tenantBudget: () => null, usageRetention: 400 * 86_400_000 };

export function openLedger(
  redis: Redis,
  keyspace: Keyspace,
  { tenantBudget, usageRetention }: LedgerSettings = plainSettings,
  watch: PhaseWatch = unwatched,
): Ledger {
  for (const [name, script] of Object.entries(ledgerScripts)) redis.defineCommand(name, script);
  const commands = redis as unknown as Record<LedgerScript, ScriptCommand>;
  return Object.freeze({
    redis,
    keyspace,
    tenantBudget,
    usageRetention,
    watch,
    goal: (goalId: string) => keyspace.of(goalId).goal(goalId),
    run: (script: LedgerScript, keys: readonly string[], args: readonly ScriptArgument[]) =>
      commands[script](...keys, ...args),
  });
}
