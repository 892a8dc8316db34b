import {
  daysBetween,
  type UsageDimension,
  type UsageReport,
  type UsageRow,
} from '../contract/usage-report.ts';
import type { Ledger } from './ledger.ts';
import { usdOf } from './nano-usd.ts';
import type { Fields } from './record-fields.ts';

const DAY = 86_400_000;

export interface UsagePeriod {
  /** The first and the last day, as `2026-03-02`, in UTC. */
  readonly from: string;
  readonly to: string;
  readonly by: readonly UsageDimension[];
}

/** What the ledger has counted on a day. */
export interface UsageDay {
  readonly day: string;
  readonly fields: Fields;
}

type Counts = Readonly<Record<string, number>>;

interface Group {
  readonly key: Pick<UsageRow, UsageDimension>;
  readonly counts: Record<string, number>;
}

/** What a tenant has used on each day of a period, as one report. */
export async function readUsage(
  ledger: Ledger,
  tenant: string,
  period: UsagePeriod,
  today: string,
): Promise<UsageReport> {
  const { keyspace, redis } = ledger;
  const budget = ledger.tenantBudget(tenant);
  const [spent, ...days] = await Promise.all([
    budget === null ? {} : redis.hgetall(keyspace.usage(tenant, today)),
    ...daysOf(period).map(async (day) => ({ day, fields: await redis.hgetall(keyspace.usage(tenant, day)) })),
  ]);
  const { maxTokens = null, maxCostUsd = null } = budget ?? {};
  return {
    ...reportOf(days, period),
    today: budget && { day: today, ...spentOf(spent), maxTokens, maxCostUsd },
  };
}

function daysOf({ from, to }: UsagePeriod): string[] {
  const first = Date.parse(from);
  return Array.from({ length: daysBetween(from, to) }, (_, index) => dayOf(first + index * DAY));
}

/** The UTC day of a time in ms since the epoch. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function spentOf(fields: Fields): { tokens: number; costUsd: number | null } {
  const count = (name: string): number => Number(fields[name] ?? 0);
  const isUnpriced = Object.keys(fields).some((name) => name.startsWith('unpricedCalls '));
  return {
    tokens: count('tokens') + count('lostTokens'),
    costUsd: isUnpriced ? null : usdOf(count('costNanoUsd') + count('lostNanoUsd')),
  };
}

/** The rows of a period, what they come to, and what must be said of them. */
export function reportOf(
  days: readonly UsageDay[],
  { from, to, by }: UsagePeriod,
): Omit<UsageReport, 'today'> {
  const groups = new Map<string, Group>();
  const all: Record<string, number> = {};
  const unpriced = new Map<string, number>();
  for (const { day, fields } of days) {
    for (const [name, text] of Object.entries(fields)) {
      const [, what = '', workerType = '', model = ''] = /^(\S+) (\S+) (.+)$/s.exec(name) ?? [];
      if (what === '') continue;
      const value = Number(text);
      const key = keyOf({ day, model, workerType }, by);
      const id = JSON.stringify(by.map((dimension) => key[dimension]));
      const group = groups.get(id) ?? { key, counts: {} };
      groups.set(id, group);
      for (const counts of [group.counts, all]) counts[what] = (counts[what] ?? 0) + value;
      if (what === 'unpricedCalls') unpriced.set(model, (unpriced.get(model) ?? 0) + value);
    }
  }
  const sorted = [...groups.values()].toSorted((one, other) => compare(one.key, other.key, by));
  return {
    from,
    to,
    by: [...by],
    items: sorted.map(({ key, counts }) => ({ ...key, ...countedOf(counts) })),
    total: countedOf(all),
    warnings: [...unpriced].map(unpricedWarning).concat(simulatedWarning(all)),
  };
}

function keyOf(of: Record<UsageDimension, string>, by: readonly UsageDimension[]): Group['key'] {
  const named = (dimension: UsageDimension): string | null => (by.includes(dimension) ? of[dimension] : null);
  return { day: named('day'), model: named('model'), workerType: named('workerType') };
}

function compare(one: Group['key'], other: Group['key'], by: readonly UsageDimension[]): number {
  for (const dimension of by) {
    const [left, right] = [one[dimension] ?? '', other[dimension] ?? ''];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function countedOf(counts: Counts): UsageReport['total'] {
  const count = (name: string): number => counts[name] ?? 0;
  const unpricedCalls = count('unpricedCalls');
  const usd = (name: string): number | null => (unpricedCalls > 0 ? null : usdOf(count(name)));
  return {
    calls: count('calls'),
    inputTokens: count('inputTokens'),
    outputTokens: count('outputTokens'),
    cacheReadTokens: count('cacheReadTokens'),
    cacheWriteTokens: count('cacheWriteTokens'),
    webSearches: count('webSearches'),
    costUsd: usd('costNanoUsd'),
    savedUsd: usd('savedNanoUsd'),
    unpricedCalls,
    simulatedCalls: count('simulatedCalls'),
  };
}

function callsText(calls: number): string {
  return calls === 1 ? '1 call' : `${calls} calls`;
}

function unpricedWarning([model, calls]: readonly [string, number]): string {
  const verb = calls === 1 ? 'has' : 'have';
  return `${callsText(calls)} of ${model} ${verb} no known price, so no sum with them has a cost: name the model in MODEL_PRICES_FILE for calls to come.`;
}

function simulatedWarning({ simulatedCalls = 0 }: Counts): string[] {
  if (simulatedCalls === 0) return [];
  return [
    `${callsText(simulatedCalls)} ${simulatedCalls === 1 ? 'was' : 'were'} answered by no model: their tokens are made up.`,
  ];
}
