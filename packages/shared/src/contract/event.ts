import { z } from 'zod';
import { terminalGoalStatuses, type TerminalGoalStatus } from './goal-status.ts';
import type { OutcomeStatus } from './task-outcome.ts';

export const eventNames = [
  'goal.accepted',
  'goal.planning',
  'goal.planned',
  'goal.awaiting_approval',
  'goal.running',
  'task.queued',
  'task.started',
  'task.progress',
  'task.retrying',
  'task.reviewed',
  'task.succeeded',
  'task.partial',
  'task.failed',
  'task.skipped',
  'task.cancelled',
  'goal.replanned',
  'goal.judged',
  'goal.retried',
  'goal.synthesizing',
  'output.delta',
  'goal.succeeded',
  'goal.partially_succeeded',
  'goal.failed',
  'goal.cancelled',
  'goal.expired',
] as const;
export type EventName = (typeof eventNames)[number];

/** One step in a goal's life. `id` counts from 1 within the goal; `data` adds to `goalId` and `at` what the event is about. */
export const goalEventSchema = z.object({
  id: z.string(),
  event: z.enum(eventNames),
  data: z.looseObject({ goalId: z.string(), at: z.iso.datetime(), taskId: z.string().optional() }),
});
export type GoalEvent = z.infer<typeof goalEventSchema>;

export function taskEndedEvent<Status extends OutcomeStatus>(status: Status): `task.${Status}` {
  return `task.${status}`;
}

export function goalEndedEvent<Status extends TerminalGoalStatus>(status: Status): `goal.${Status}` {
  return `goal.${status}`;
}

const terminalEvents: ReadonlySet<string> = new Set(terminalGoalStatuses.map(goalEndedEvent));

/** True for an event that ends a goal's stream, unless the goal was retried after it. */
export function endsStream(event: EventName): boolean {
  return terminalEvents.has(event);
}
