// 1. Event loops stand still for reasons of their own: a batch's lag is a suspicion and no more.
// 2. Cases that together cost the server's main thread less time than the bound can not have held it up; the others are
//    sent again, in halves, until those that cost more each are found.
// 3. A case is to blame only when it holds up the event loop three times, alone, for longer than the bound, with the
//    time that the thread was ready and the machine ran something else taken off.
// 4. A case is judged each time it is sent.

import type { Target } from './cases/fuzz-case.ts';
import { isHead, type Batch, type FuzzCase } from './cases/schedule.ts';
import type { Documented } from './documented.ts';
import type { Failures } from './failures.ts';
import { faultOf } from './judge.ts';
import type { LagMeter } from './loop-lag.ts';
import { reproductionOf } from './reproduction.ts';
import type { Sender } from './sender.ts';
import type { Tallies } from './tally.ts';
import type { Answer } from './wire/connection.ts';

/** How long a request may hold up an event loop, in ms. */
const MOST_LAG = 50;
const TIMES = 3;
const IN_FLIGHT = 16;

export interface BatchRun {
  readonly seed: number;
  readonly ports: Readonly<Record<Target, number>>;
  readonly sender: Sender;
  readonly meters: readonly LagMeter[];
  readonly tallies: Tallies;
  readonly failures: Failures;
  readonly isDocumented: Documented;
  /** Called with every answer of every case. */
  readonly onAnswers: (one: FuzzCase, answers: readonly Answer[]) => void;
}

async function sendOne(run: BatchRun, one: FuzzCase): Promise<void> {
  const isWithoutBody = isHead(one);
  const answers = await run.sender.send(one);
  run.onAnswers(one, answers);
  run.tallies.count(one, answers);
  for (const answer of answers) {
    const fault = faultOf(answer, one, isWithoutBody, run.isDocumented);
    if (fault !== null) fail(run, one, fault);
  }
}

function fail(run: BatchRun, one: FuzzCase, fault: string): void {
  const reproduction = reproductionOf(one, run.seed, run.ports[one.target ?? 'open']);
  run.failures.add({ family: one.family, what: `case ${one.index}: ${one.what}`, fault, reproduction });
}

/** Sends cases at once; the time that they cost the main thread of the server that spends most on them, in ms. */
async function sendTogether(run: BatchRun, cases: readonly FuzzCase[]): Promise<number> {
  const before = run.meters.map((meter) => meter.spentMs());
  await Promise.all(cases.map((one) => sendOne(run, one)));
  return Math.max(...run.meters.map((meter, at) => meter.spentMs() - (before[at] ?? 0)));
}

/** Of all servers the longest stand-still while `work` ran, in ms. */
async function lagOf(
  meters: readonly LagMeter[],
  work: () => Promise<void>,
): Promise<{ maxMs: number; ownMs: number }> {
  await Promise.all(meters.map((meter) => meter.read()));
  await work();
  const lags = await Promise.all(meters.map((meter) => meter.read()));
  return {
    maxMs: Math.max(...lags.map(({ maxMs }) => maxMs)),
    ownMs: Math.max(...lags.map(({ maxMs, waitedMs }) => maxMs - waitedMs)),
  };
}

/** NaN, where the system does not tell, excuses nobody. */
function isCheap(ms: number): boolean {
  return ms <= MOST_LAG;
}

/** Those of the cases that cost more than the bound when sent alone. */
async function costlyOnes(run: BatchRun, cases: readonly FuzzCase[]): Promise<FuzzCase[]> {
  if (isCheap(await sendTogether(run, cases))) return [];
  if (cases.length === 1) return [...cases];
  const middle = Math.ceil(cases.length / 2);
  return [
    ...(await costlyOnes(run, cases.slice(0, middle))),
    ...(await costlyOnes(run, cases.slice(middle))),
  ];
}

/** The shortest of three stand-stills that the case caused, or null when one was within the bound. */
async function holdsUp(run: BatchRun, one: FuzzCase): Promise<number | null> {
  let least = Infinity;
  for (let time = 0; time < TIMES; time += 1) {
    const { ownMs } = await lagOf(run.meters, () => sendOne(run, one));
    least = Math.min(least, ownMs);
    if (least <= MOST_LAG) return null;
  }
  return least;
}

/** Sends the batch's cases, judges every answer, and finds the cases that hold up the server. */
export async function runBatch(run: BatchRun, { family, cases }: Batch): Promise<void> {
  const suspects: (readonly FuzzCase[])[] = [];
  const lag = await lagOf(run.meters, async () => {
    for (let at = 0; at < cases.length; at += IN_FLIGHT) {
      const together = cases.slice(at, at + IN_FLIGHT);
      if (!isCheap(await sendTogether(run, together))) suspects.push(together);
    }
  });
  run.tallies.lag(family, lag);
  if (lag.maxMs <= MOST_LAG) return;
  for (const together of suspects) {
    for (const one of await costlyOnes(run, together)) {
      const ms = await holdsUp(run, one);
      if (ms !== null)
        fail(run, one, `holds up the event loop for ${Math.round(ms)} ms, three times of three`);
    }
  }
}
