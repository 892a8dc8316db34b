import type { Usage } from '../contract/task-outcome.ts';
import type { Journal, JournalEntry, JournalKey } from '../model/journaled-llm.ts';
import { paidUsage } from '../model/paid-usage.ts';
import { failpoint } from '../failpoints/failpoint.ts';
import { ASSESSOR, PLANNER, REPLANNER, SYNTHESIS, type Lease } from './lease.ts';
import type { Ledger } from './ledger.ts';
import type { Fields } from './record-fields.ts';

/** Whose calls these are. */
export interface JournalPlace {
  readonly goalId: string;
  readonly lease: Lease;
  /** Times that the goal was set going again after it had ended: what failed then is asked anew. */
  readonly retries: number;
}

/** Costs are counted in whole nano-dollars, so that sums are exact. */
const NANO_DOLLARS = 1e9;

function increments({ response, costUsd, savedUsd = 0 }: JournalEntry): (string | number)[] {
  return [
    ...Object.entries(paidUsage(response)).flat(),
    'costNanoUsd',
    Math.round((costUsd ?? 0) * NANO_DOLLARS),
    'unpricedCalls',
    costUsd === null ? 1 : 0,
    'savedNanoUsd',
    Math.round((savedUsd ?? 0) * NANO_DOLLARS),
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
    costUsd: count('unpricedCalls') > 0 ? null : count('costNanoUsd') / NANO_DOLLARS,
    savedUsd: count('unpricedCalls') > 0 ? null : count('savedNanoUsd') / NANO_DOLLARS,
  };
}

/** What begins the names of the failpoints around the calls of Baton's own places. */
const roles: ReadonlyMap<string, 'plan' | 'replan' | 'synthesis' | 'assessment'> = new Map([
  [PLANNER, 'plan'],
  [REPLANNER, 'replan'],
  [SYNTHESIS, 'synthesis'],
  [ASSESSOR, 'assessment'],
]);

/** The journal of one place in a goal, kept in the ledger. What is recorded is counted in the goal's usage, once. */
export function openJournal(ledger: Ledger, { goalId, lease, retries }: JournalPlace): Journal {
  const { goal, tasks, journal } = ledger.goal(goalId);
  const { place } = lease;
  const role = roles.get(place) ?? 'task';
  const entryName = ({ step, attempt, requestHash }: JournalKey): string =>
    [retries, place, step, attempt, requestHash].join('/');
  return {
    async begin(key) {
      const [kind, value] = (await ledger.run(
        'beginCall',
        [goal, tasks, journal],
        [entryName(key), place, lease.number, retries],
      )) as [string, string | number];
      if (kind === 'ended') return { kind };
      if (kind === 'recorded') return { kind, ...(JSON.parse(String(value)) as JournalEntry) };
      failpoint(`${role}.call.begun`);
      return { kind: 'started', repeated: Number(value) > 1 };
    },
    async record(key, entry) {
      failpoint(`${role}.call.answered`);
      const { simulated } = entry.response;
      await ledger.run(
        'recordCall',
        [goal, journal],
        [entryName(key), JSON.stringify(entry), simulated ? 1 : 0, ...increments(entry)],
      );
      failpoint(`${role}.call.journaled`);
    },
    async mayGoOn(lostCalls) {
      return (
        (await ledger.run('mayCallAgain', [goal, tasks], [place, lease.number, retries, lostCalls])) === 1
      );
    },
    async abandon(key) {
      await ledger.run('abandonCall', [goal, journal], [entryName(key)]);
    },
  };
}
