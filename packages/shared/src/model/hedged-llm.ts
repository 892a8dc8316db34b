/**
 * A call that is slow for its kind is made a second time; the first answer counts.
 *
 * 1. Only time on the wire makes a call slow: a call that waits for a limit or for its next try is never doubled.
 * 2. Before the second request goes out the caller is asked whether it may, since a process that stood still may have been replaced.
 * 3. At most two requests are under way for one answer; the one that isn't needed is aborted, and has ended or is given up for
 *    lost before the answer is handed on.
 * 4. What the other has used goes into `besides` where it is known, and is told as lost where it isn't.
 * 5. The text of the first is told as it comes. When the second wins, that text is void and the winner's is told as a whole.
 * 6. When neither answers, the caller sees what became of the first.
 */

import type { CallPurpose } from './call-purpose.ts';
import type { CallSamples } from './call-samples.ts';
import { CallSide } from './call-side.ts';
import { slowAfterMs, type HedgeAllowance } from './hedge-allowance.ts';
import type { Llm, LlmCallOptions, LlmRequest, LlmResponse } from './llm.ts';
import { sampleOf } from './sampled-llm.ts';
import { SlowWatch } from './slow-watch.ts';

/** What a call that was aborted may take to end, in ms. */
const ENDING_TIME = 2_000;

export interface Hedging {
  readonly samples: CallSamples;
  readonly allowance: HedgeAllowance;
  /** Called when a call is made a second time, and with true when the second one's answer counted. */
  readonly onHedged?: (model: string, hasWon: boolean) => void;
}

/** Leaves calls alone that nobody wants hedged. */
export function withHedging(llm: Llm, hedging: Hedging, { hedge, kind }: CallPurpose): Llm {
  if (!hedge) return llm;
  return { call: (request, options) => hedgedCall(llm, hedging, kind, request, options) };
}

async function hedgedCall(
  llm: Llm,
  { samples, allowance, onHedged }: Hedging,
  kind: string,
  request: LlmRequest,
  options: LlmCallOptions,
): Promise<LlmResponse> {
  allowance.earn();
  const watch = new SlowWatch();
  const first = new CallSide(llm, request, options, { isShown: true, onSending: watch.sending });
  samples.typical('calls', kind, request.model).then(
    (typical) => watch.setLimit(slowAfterMs(typical)),
    () => undefined,
  );
  await Promise.race([first.ended, watch.slow]);
  watch.stop();
  if (first.end !== null || !allowance.take() || !(await mayBeSentAgain(options)) || first.end !== null)
    return answerOf(first);

  const second = new CallSide(llm, request, options, { isShown: false });
  const winner = await firstToAnswer(first, second);
  const loser = winner === first ? second : first;
  const loserMs = loser.sendingMs;
  loser.cancel();
  await endedInTime(loser);
  onHedged?.(request.model, winner === second);
  const lost = first.lost + second.lost + Number(loser.end === null);
  await tellLost(lost, options);
  if (winner === null) return answerOf(first);

  const response = await answerOf(winner);
  if (loser === first && loserMs !== null)
    samples.note('calls', kind, request.model, sampleOf(loserMs, response.usage, null));
  if (winner === second || lost > 0) {
    if (lost === 0 && first.hasShown) options.onVoid?.();
    options.onText?.(response.text);
  }
  const besides = [...(response.besides ?? []), ...loser.spent];
  return besides.length === 0 ? response : { ...response, besides };
}

async function answerOf(side: CallSide): Promise<LlmResponse> {
  const end = await side.ended;
  if (end.kind === 'failed') throw end.error;
  return end.response;
}

async function mayBeSentAgain({ mayRetry, signal }: LlmCallOptions): Promise<boolean> {
  try {
    return (mayRetry === undefined || (await mayRetry())) && !signal.aborted;
  } catch {
    return false;
  }
}

/** Null when neither answers. */
async function firstToAnswer(first: CallSide, second: CallSide): Promise<CallSide | null> {
  const sides = [first, second];
  const answers = sides.map(async (side) => {
    await answerOf(side);
    return side;
  });
  return Promise.any(answers).catch(() => null);
}

async function endedInTime(side: CallSide): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ENDING_TIME);
  });
  await Promise.race([side.ended, late]);
  clearTimeout(timer);
}

/** The caller counts what was lost when it is next asked whether it goes on; it does, with the answer it has. */
async function tellLost(count: number, { onLost, mayRetry }: LlmCallOptions): Promise<void> {
  for (let told = 0; told < count; told += 1) onLost?.();
  if (count > 0) await mayRetry?.().catch(() => false);
}
