export type EventName =
  | 'goal.accepted'
  | 'goal.planning'
  | 'goal.planned'
  | 'goal.awaiting_approval'
  | 'goal.running'
  | 'task.queued'
  | 'task.started'
  | 'task.progress'
  | 'task.retrying'
  | 'task.reviewed'
  | 'task.succeeded'
  | 'task.partial'
  | 'task.failed'
  | 'task.skipped'
  | 'task.cancelled'
  | 'goal.replanned'
  | 'goal.judged'
  | 'goal.retried'
  | 'goal.synthesizing'
  | 'output.delta'
  | 'goal.succeeded'
  | 'goal.partially_succeeded'
  | 'goal.failed'
  | 'goal.cancelled'
  | 'goal.expired';

/** One step in a goal's life. */
export interface GoalEvent {
  /** Counts from 1 within the goal. */
  id: string;
  event: EventName;
  /** Besides these, what the event is about. */
  data: { [field: string]: unknown; goalId: string; at: string; taskId?: string | undefined };
}
