import type { Journal, JournalBeginning, JournalEntry, JournalKey } from '../journaled-llm.ts';

export interface MemoryJournal extends Journal {
  readonly history: readonly string[];
  readonly lostCalls: readonly number[];
}

function name({ step, attempt, requestHash }: JournalKey): string {
  return `${step}/${attempt}/${requestHash}`;
}

export function memoryJournal(): MemoryJournal {
  const entries = new Map<string, JournalEntry>();
  const starts = new Map<string, number>();
  const history: string[] = [];
  const lostCalls: number[] = [];
  return {
    history,
    lostCalls,
    async begin(key): Promise<JournalBeginning> {
      history.push('begin');
      const entry = entries.get(name(key));
      if (entry) return { kind: 'recorded', ...entry };
      const before = starts.get(name(key)) ?? 0;
      starts.set(name(key), before + 1);
      return { kind: 'started', repeated: before > 0 };
    },
    async record(key, entry) {
      history.push('record');
      entries.set(name(key), entry);
    },
    async mayGoOn(lost) {
      history.push('mayGoOn');
      lostCalls.push(lost);
      return true;
    },
    async abandon(key) {
      history.push('abandon');
      starts.set(name(key), (starts.get(name(key)) ?? 1) - 1);
    },
    async lose() {
      history.push('lose');
    },
  };
}
