import { isTerminal, type GoalStatus } from '../contract/goal-status.ts';
import type { Ledger } from './ledger.ts';
import type { GoalPhase } from './phase-watch.ts';

const phases: Readonly<Record<string, GoalPhase>> = {
  accepted: 'queued',
  planning: 'planning',
  awaiting_approval: 'approval',
  running: 'running',
  synthesizing: 'synthesis',
} satisfies Partial<Record<GoalStatus, GoalPhase>>;

/** As scripts tell it: the status that the goal left, and the ms that it was in it, '' when that is not known. */
export type LeftPhase = readonly [status: GoalStatus, ms: string];

export function tellPhase({ watch }: Ledger, [status, ms]: LeftPhase): void {
  const phase = isTerminal(status) ? undefined : phases[status];
  if (phase && ms !== '') watch.phaseEnded(phase, Number(ms));
}
