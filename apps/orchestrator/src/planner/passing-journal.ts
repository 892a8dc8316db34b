import type { Usage } from '@baton/shared/contract/task-outcome';
import { usageOfCalls } from '@baton/shared/model/call-usage';
import type { Journal, JournalEntry } from '@baton/shared/model/journaled-llm';

export interface PassingJournal extends Journal {
  usage(): Usage;
  /** True when any answer came from the emulator instead of a model. */
  isSimulated(): boolean;
}

/**
 * The journal of calls that nobody will come back to: it counts them until `signal` is aborted, and is gone with the request.
 * @param count told of each answer.
 */
export function passingJournal(
  signal: AbortSignal,
  count: (entry: JournalEntry) => Promise<void> = async () => undefined,
): PassingJournal {
  const entries: JournalEntry[] = [];
  let lost = 0;
  return {
    begin: async () => (signal.aborted ? { kind: 'ended' } : { kind: 'started', repeated: false }),
    async mayGoOn(lostCalls) {
      lost += lostCalls;
      return !signal.aborted;
    },
    async record(_key, entry) {
      entries.push(entry);
      await count(entry);
    },
    abandon: async () => undefined,
    lose: async () => undefined,
    usage() {
      const calls = entries.map((entry) => ({ ...entry, reused: false, possiblyRepeatedCalls: 0 }));
      return { ...usageOfCalls(calls), possiblyRepeatedCalls: lost };
    },
    isSimulated: () => entries.some(({ response }) => response.simulated),
  };
}
