import type { GoalStatus } from '../contract/goal-status.ts';
import type { TaskStatus } from '../contract/task-outcome.ts';
import { span, type Span, type Style } from './styled-line.ts';

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
/** How long one picture of the spinner stands, in ms. */
export const SPINNER_STEP = 100;

const SPINNER = 'spinner';
/** The icon, or `SPINNER` for one that turns. */
type Mark = readonly [icon: string, style: Style];

const taskMarks: Readonly<Record<TaskStatus, Mark>> = {
  pending: ['·', 'dim'],
  queued: ['○', 'plain'],
  running: [SPINNER, 'cyan'],
  succeeded: ['✓', 'green'],
  partial: ['◐', 'yellow'],
  failed: ['✗', 'red'],
  skipped: ['⊘', 'yellow'],
  cancelled: ['⊘', 'yellow'],
};

const goalMarks: Readonly<Record<GoalStatus, Mark>> = {
  accepted: [SPINNER, 'cyan'],
  planning: [SPINNER, 'cyan'],
  awaiting_approval: ['○', 'yellow'],
  running: [SPINNER, 'cyan'],
  synthesizing: [SPINNER, 'cyan'],
  succeeded: ['✓', 'green'],
  partially_succeeded: ['◐', 'yellow'],
  failed: ['✗', 'red'],
  cancelled: ['⊘', 'yellow'],
  expired: ['⊘', 'yellow'],
};

const goalPhases: Readonly<Record<GoalStatus, string>> = {
  accepted: 'waiting to be planned',
  planning: 'planning',
  awaiting_approval: 'waiting for approval of its plan',
  running: 'running',
  synthesizing: 'writing the answer',
  succeeded: 'succeeded',
  partially_succeeded: 'partially succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  expired: 'expired',
};

function draw([icon, style]: Mark, now: number): Span {
  if (icon !== SPINNER) return span(icon, style);
  return span(spinner[Math.floor(now / SPINNER_STEP) % spinner.length] ?? spinner[0], style);
}

export function taskMark(status: TaskStatus, now: number): Span {
  return draw(taskMarks[status], now);
}

export function goalMark(status: GoalStatus, now: number): Span {
  return draw(goalMarks[status], now);
}

export function goalPhase(status: GoalStatus): string {
  return goalPhases[status];
}
