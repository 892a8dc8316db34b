import type { TokenUsage } from '../model/llm.ts';
import type { Journal, JournalEntry, JournalKey } from '../model/journaled-llm.ts';
import type { Ledger } from './ledger.ts';

/** Whose calls these are: a task of a goal's rev, or one of Baton's own roles, such as `planner`. */
export interface JournalPlace {
  readonly goalId: string;
  readonly rev: number;
  readonly place: string;
}

/** Costs are counted in whole nano-dollars, so that sums are exact. */
export const NANO_DOLLARS = 1e9;

function increments(usage: TokenUsage, costUsd: number | null): (string | number)[] {
  return [
    'calls',
    1,
    'inputTokens',
    usage.inputTokens,
    'outputTokens',
    usage.outputTokens,
    'cacheReadTokens',
    usage.cacheReadTokens,
    'cacheWriteTokens',
    usage.cacheWriteTokens,
    'costNanoUsd',
    Math.round((costUsd ?? 0) * NANO_DOLLARS),
    'unpricedCalls',
    costUsd === null ? 1 : 0,
  ];
}

/** The journal of one place in a goal, kept in the ledger. What is recorded is counted in the goal's usage, once. */
export function openJournal(ledger: Ledger, { goalId, rev, place }: JournalPlace): Journal {
  const { goal, journal } = ledger.goal(goalId);
  const entryName = ({ step, attempt, requestHash }: JournalKey): string =>
    [rev, place, step, attempt, requestHash].join('/');
  return {
    async begin(key) {
      const [kind, value] = (await ledger.run('beginCall', [goal, journal], [entryName(key)])) as [
        string,
        string | number,
      ];
      if (kind === 'ended') return { kind };
      if (kind === 'recorded') return { kind, ...(JSON.parse(String(value)) as JournalEntry) };
      return { kind: 'started', repeated: Number(value) > 1 };
    },
    async record(key, { lostCalls, ...entry }) {
      const { usage, simulated } = entry.response;
      await ledger.run(
        'recordCall',
        [goal, journal],
        [
          entryName(key),
          JSON.stringify(entry),
          simulated ? 1 : 0,
          ...increments(usage, entry.costUsd),
          'possiblyRepeatedCalls',
          lostCalls,
        ],
      );
    },
    async abandon(key) {
      await ledger.run('abandonCall', [goal, journal], [entryName(key)]);
    },
  };
}
