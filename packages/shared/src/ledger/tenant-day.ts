import type { Ledger } from './ledger.ts';
import { nanoUsdOf } from './nano-usd.ts';
import { dayOf } from './usage-report.ts';

/** For scripts: what the keys of the tenant's days begin with, and its most tokens and nano-dollars of a day, '' for any. */
export function dayLimits({ keyspace, tenantBudget }: Ledger, tenant: string): (string | number)[] {
  const { maxTokens = '', maxCostUsd } = tenantBudget(tenant) ?? {};
  return [keyspace.usage(tenant, ''), maxTokens, maxCostUsd === undefined ? '' : nanoUsdOf(maxCostUsd)];
}

/** The same for scripts that also need to know what holds its calls, '' where it has no budget. */
export function tenantArguments(ledger: Ledger, tenant: string): (string | number)[] {
  const [usage = '', ...limits] = dayLimits(ledger, tenant);
  const held = ledger.tenantBudget(tenant) === null ? '' : ledger.keyspace.tenantReserved(tenant);
  return [usage, held, ...limits];
}

const DAY = 86_400_000;

/** ms until the tenant's next day begins when it has spent its budget of this one, else null. */
export async function spentDay(ledger: Ledger, tenant: string, now: number): Promise<number | null> {
  const budget = ledger.tenantBudget(tenant);
  if (budget === null) return null;
  const { maxTokens = Infinity, maxCostUsd = Infinity } = budget;
  const names = ['tokens', 'lostTokens', 'costNanoUsd', 'lostNanoUsd'] as const;
  const counts = await ledger.redis.hmget(ledger.keyspace.usage(tenant, dayOf(now)), ...names);
  const [tokens = 0, lostTokens = 0, nanoUsd = 0, lostNanoUsd = 0] = counts.map(Number);
  const isSpent = tokens + lostTokens >= maxTokens || nanoUsd + lostNanoUsd >= nanoUsdOf(maxCostUsd);
  return isSpent ? DAY - (now % DAY) : null;
}
