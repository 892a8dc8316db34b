import type { Usage } from '../contract/task-outcome.ts';
import type { CallPurpose } from '../model/call-purpose.ts';
import type { Journal, JournalEntry, JournalKey } from '../model/journaled-llm.ts';
import { BudgetExceeded } from '../model/budget-exceeded.ts';
import { paidUsage } from '../model/paid-usage.ts';
import { failpoint } from '../failpoints/failpoint.ts';
import { budgetRefusal } from './budget-refusal.ts';
import { ASSESSOR, PLANNER, REPLANNER, SYNTHESIS, type Lease } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { nanoUsdOf, usdOf } from './nano-usd.ts';
import type { Fields } from './record-fields.ts';
import { tenantArguments } from './tenant-day.ts';

/** Whose calls these are. */
export interface JournalPlace {
  readonly goalId: string;
  readonly lease: Lease;
  /** Times that the goal was set going again after it had ended: what failed then is asked anew. */
  readonly retries: number;
}

function increments({ response, costUsd, savedUsd = 0 }: JournalEntry): (string | number)[] {
  const paid = paidUsage(response);
  return [
    ...Object.entries(paid).flat(),
    'simulatedCalls',
    response.simulated ? paid.calls : 0,
    'costNanoUsd',
    nanoUsdOf(costUsd ?? 0),
    'unpricedCalls',
    costUsd === null ? 1 : 0,
    'savedNanoUsd',
    nanoUsdOf(savedUsd ?? 0),
  ];
}

/** What {@link openJournal} has counted in a goal's record. */
export function usageOf(fields: Fields): Usage {
  const count = (name: string): number => Number(fields[name] ?? 0);
  return {
    calls: count('calls'),
    possiblyRepeatedCalls: count('possiblyRepeatedCalls'),
    inputTokens: count('inputTokens'),
    outputTokens: count('outputTokens'),
    cacheReadTokens: count('cacheReadTokens'),
    cacheWriteTokens: count('cacheWriteTokens'),
    webSearches: count('webSearches'),
    costUsd: count('unpricedCalls') > 0 ? null : usdOf(count('costNanoUsd')),
    savedUsd: count('unpricedCalls') > 0 ? null : usdOf(count('savedNanoUsd')),
  };
}

/** What begins the names of the failpoints around the calls of Baton's own places. */
const roles: ReadonlyMap<string, 'plan' | 'replan' | 'synthesis' | 'assessment'> = new Map([
  [PLANNER, 'plan'],
  [REPLANNER, 'replan'],
  [SYNTHESIS, 'synthesis'],
  [ASSESSOR, 'assessment'],
]);

/** Whose call it is, as scripts count it. */
export interface JournaledCall {
  readonly goalId: string;
  readonly place: string;
  /** As {@link callEntry} names it. */
  readonly entry: string;
  readonly tenant: string;
  /** A worker type, or a role such as `:planner`. */
  readonly kind: string;
}

/** Names a call within its goal. */
export function callEntry(
  { lease, retries }: Pick<JournalPlace, 'lease' | 'retries'>,
  { step, attempt, requestHash }: JournalKey,
): string {
  return [retries, lease.place, step, attempt, requestHash].join('/');
}

/** What scripts count of an answer. */
function countArguments({ usageRetention }: Ledger, kind: string, answer: JournalEntry): (string | number)[] {
  const { response, costUsd } = answer;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = paidUsage(response);
  return [
    response.simulated ? 1 : 0,
    `${kind} ${response.model === '' ? 'unknown' : response.model}`,
    usageRetention,
    inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens,
    costUsd === null ? '' : nanoUsdOf(costUsd),
    ...increments(answer),
  ];
}

/** Counts an answer that no goal's journal keeps, in its tenant's usage alone. */
export async function countUsage(
  ledger: Ledger,
  { tenant, kind }: Pick<JournaledCall, 'tenant' | 'kind'>,
  answer: JournalEntry,
): Promise<void> {
  await ledger.run('countUsage', [ledger.keyspace.usage(tenant, '')], countArguments(ledger, kind, answer));
}

/** Keeps a response and counts it, once; true for the one call that did. */
export async function recordCall(
  ledger: Ledger,
  { goalId, place, entry, tenant, kind }: JournaledCall,
  answer: JournalEntry,
): Promise<boolean> {
  const { goal, tasks, journal } = ledger.goal(goalId);
  const recorded = await ledger.run(
    'recordCall',
    [goal, tasks, journal],
    [
      entry,
      place,
      ...tenantArguments(ledger, tenant),
      JSON.stringify(answer),
      ...countArguments(ledger, kind, answer),
    ],
  );
  return recorded === 1;
}

/**
 * The journal of one place in a goal, kept in the ledger. What is recorded is counted once, in the goal's usage and in that of its
 * tenant's day.
 */
export function openJournal(
  ledger: Ledger,
  journalPlace: JournalPlace,
  { kind, tenant }: Pick<CallPurpose, 'kind' | 'tenant'>,
): Journal {
  const { goalId, lease, retries } = journalPlace;
  const { goal, tasks, journal } = ledger.goal(goalId);
  const { place } = lease;
  const role = roles.get(place) ?? 'task';
  const entryOf = (key: JournalKey): string => callEntry(journalPlace, key);
  const ofTenant = tenantArguments(ledger, tenant);
  return {
    locate: (key) => ({ goalId, entry: entryOf(key), opening: [journalPlace, { kind, tenant }] }),
    async begin(key, claim) {
      const { tokens, worstTokens, costNanoUsd, worstCostNanoUsd, lastsMs } = claim;
      const [reply, ...details] = (await ledger.run(
        'beginCall',
        [goal, tasks, journal],
        [
          entryOf(key),
          place,
          lease.number,
          retries,
          tokens,
          worstTokens,
          costNanoUsd ?? '',
          worstCostNanoUsd ?? '',
          lastsMs,
          ...ofTenant,
        ],
      )) as [string, ...string[]];
      if (reply === 'ended' || reply === 'busy') return { kind: reply };
      if (reply === 'over_budget') return budgetRefusal(details, claim);
      const [value] = details;
      if (reply === 'recorded') return { kind: reply, ...(JSON.parse(String(value)) as JournalEntry) };
      failpoint(`${role}.call.begun`);
      return { kind: 'started', repeated: Number(value) > 1 };
    },
    async record(key, answer) {
      failpoint(`${role}.call.answered`);
      await recordCall(ledger, { goalId, place, entry: entryOf(key), tenant, kind }, answer);
      failpoint(`${role}.call.journaled`);
    },
    async mayGoOn(lostCalls, key) {
      const reply = await ledger.run(
        'mayCallAgain',
        [goal, tasks],
        [place, lease.number, retries, lostCalls, entryOf(key), ...ofTenant],
      );
      if (!Array.isArray(reply)) return reply === 1;
      const [, ...details] = reply as string[];
      // The price of its model was known when it began.
      const { scope, message } = budgetRefusal(details, { model: '' });
      throw new BudgetExceeded(scope, message);
    },
    async abandon(key) {
      await ledger.run('abandonCall', [goal, tasks, journal], [entryOf(key), place, ...ofTenant]);
    },
    async lose(key) {
      await ledger.run('loseCall', [goal, tasks], [entryOf(key), place, ...ofTenant]);
    },
  };
}
