import { z } from 'zod';

export const openGoalStatuses = [
  'accepted',
  'planning',
  'awaiting_approval',
  'running',
  'synthesizing',
] as const;
export const terminalGoalStatuses = [
  'succeeded',
  'partially_succeeded',
  'failed',
  'cancelled',
  'expired',
] as const;
export const goalStatuses = [...openGoalStatuses, ...terminalGoalStatuses] as const;
export const goalStatusSchema = z.enum(goalStatuses);

export type GoalStatus = z.infer<typeof goalStatusSchema>;
export type TerminalGoalStatus = (typeof terminalGoalStatuses)[number];

const terminal: ReadonlySet<string> = new Set(terminalGoalStatuses);

export function isTerminal(status: GoalStatus): status is TerminalGoalStatus {
  return terminal.has(status);
}
