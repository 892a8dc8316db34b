import type { CallPurpose } from '../model/call-purpose.ts';
import type { Journal, JournalLocation } from '../model/journaled-llm.ts';
import { openJournal, type JournalPlace } from './journal.ts';
import type { Ledger } from './ledger.ts';

/** What `openJournal` was given. */
type Opening = readonly [place: JournalPlace, purpose: Pick<CallPurpose, 'kind' | 'tenant'>];

/** The journal that an entry is kept in. */
export function journalAt(ledger: Ledger, { opening }: JournalLocation): Journal {
  const [place, purpose] = opening as Opening;
  return openJournal(ledger, place, purpose);
}

/** Whether anybody still waits for what is to be kept there. */
export async function isWanted(ledger: Ledger, { goalId, opening }: JournalLocation): Promise<boolean> {
  const [{ lease, retries }] = opening as Opening;
  const { goal, tasks } = ledger.goal(goalId);
  return (await ledger.run('callIsWanted', [goal, tasks], [lease.place, retries])) === 1;
}

/** Counts a call that is sent again though its first answer may have been paid for. */
export async function countRepeatedCall(ledger: Ledger, { goalId }: JournalLocation): Promise<void> {
  await ledger.run('countRepeatedCall', [ledger.goal(goalId).goal], []);
}
