import { expect, test } from 'vitest';
import type { SubmitAnswer } from './client-log.ts';
import { sendUntilTaken } from './keyed-submission.ts';

const lost: SubmitAnswer = { kind: 'unknown', reason: 'cut' };
const busy: SubmitAnswer = { kind: 'refused', status: 503, problem: '' };
const wrong: SubmitAnswer = { kind: 'refused', status: 422, problem: '' };
const taken: SubmitAnswer = { kind: 'accepted', goalId: 'goal_1', isReplay: true };

async function sent(answers: readonly SubmitAnswer[], withinMs = 60_000): Promise<SubmitAnswer[]> {
  const left = [...answers];
  return sendUntilTaken(async () => left.shift() ?? lost, { withinMs, patience: () => 1 });
}

test('it is sent again until an answer settles it', async () => {
  expect(await sent([lost, busy, taken, lost])).toEqual([lost, busy, taken]);
  expect(await sent([busy, wrong, taken])).toEqual([busy, wrong]);
});

test('it is given up when its time is over', async () => {
  expect(await sent([lost], 0)).toEqual([lost]);
});
