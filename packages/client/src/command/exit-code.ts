import type { GoalStatus, TerminalGoalStatus } from '../contract/goal-status.ts';

export const OK = 0;
export const CRASHED = 1;
/** The command line, or the request that was made of it, is not right. */
export const USAGE = 2;
/** What was looked at is not as it should be: a signature that is not right, a problem that the doctor found. */
export const NOT_RIGHT = 4;
/** No server could be asked, or it can not take the request now. */
export const NO_SERVER = 6;
/** The goal's plan waits for somebody to approve it, and nobody could be asked here. */
const AWAITING_APPROVAL = 7;

const ended: Readonly<Record<TerminalGoalStatus, number>> = {
  succeeded: OK,
  partially_succeeded: 3,
  failed: 4,
  cancelled: 5,
  expired: 5,
};

/** Of a goal that was followed as far as could be. */
export function exitCodeFor(status: GoalStatus): number {
  if (status === 'awaiting_approval') return AWAITING_APPROVAL;
  return (ended as Readonly<Partial<Record<GoalStatus, number>>>)[status] ?? CRASHED;
}

export type InterruptingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

const signalNumbers: Readonly<Record<InterruptingSignal, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** Somebody wants the command to end. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  /** As shells have it: 128 and the signal's number. */
  readonly exitCode: number;

  constructor(signal: InterruptingSignal) {
    super(`Ended by ${signal}.`);
    this.exitCode = 128 + signalNumbers[signal];
  }
}
