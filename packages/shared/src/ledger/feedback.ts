import type { Ledger } from './ledger.ts';

/** Of one goal. */
export const MOST_FEEDBACK = 100;

export type FeedbackGiven = 'added' | 'gone' | 'open' | 'full';

/** Adds what somebody thinks of an ended goal; `open` while it goes on, `gone` when there is none or it is another tenant's. */
export async function addFeedback(
  ledger: Ledger,
  goalId: string,
  tenant: string,
  { score, comment }: { score: number; comment: string | null },
): Promise<FeedbackGiven> {
  const text = JSON.stringify({ score, comment });
  return (await ledger.run(
    'addFeedback',
    [ledger.goal(goalId).goal],
    [tenant, text, MOST_FEEDBACK, score],
  )) as FeedbackGiven;
}
