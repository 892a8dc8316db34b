import { setTimeout as delay } from 'node:timers/promises';
import type { SubmitAnswer } from './client-log.ts';

export interface KeyedSending {
  /** It is not sent again after so long, in ms. */
  readonly withinMs: number;
  /** How long the next answer is waited for, in ms; then its connection is cut. */
  readonly patience: () => number;
}

/** Before it is sent again, in ms. */
const PAUSE = 50;

/** Whether the next thing to do is to send it again: nobody knows what became of it. */
function isOpen(answer: SubmitAnswer): boolean {
  return answer.kind === 'unknown' || (answer.kind === 'refused' && answer.status >= 500);
}

/** What a client with an Idempotency-Key does: all the answers to one request that it sent until one settled it. */
export async function sendUntilTaken(
  send: (patience: number) => Promise<SubmitAnswer>,
  { withinMs, patience }: KeyedSending,
): Promise<SubmitAnswer[]> {
  const until = performance.now() + withinMs;
  const answers: SubmitAnswer[] = [];
  for (;;) {
    const answer = await send(patience());
    answers.push(answer);
    if (!isOpen(answer) || performance.now() > until) return answers;
    await delay(PAUSE);
  }
}
