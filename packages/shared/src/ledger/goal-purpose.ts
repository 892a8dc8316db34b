import type { Priority } from '@baton/plan/plan';
import { urgencyOf } from '@baton/plan/urgency';
import type { GoalOptions } from '../contract/goal-request.ts';
import type { CallPurpose } from '../model/call-purpose.ts';

/** What the calls of a goal have in common. */
export interface PurposeFacts {
  readonly tenant: string;
  /** ms since the epoch. */
  readonly acceptedAt: number;
  readonly options: GoalOptions;
}

/** Tasks and Baton's own roles say the same of their calls. @param role such as `:planner`. */
export function rolePurpose(role: string, facts: PurposeFacts, job: CallPurpose['job']): CallPurpose {
  return { ...purposeOf(facts, 'high', 0), kind: role, singleFlight: false, job };
}

export interface TaskFacts {
  readonly worker: string;
  readonly priority: Priority;
  readonly ahead?: number;
  readonly latency?: CallPurpose['latency'] | undefined;
}

export function taskPurpose(task: TaskFacts, facts: PurposeFacts, job: CallPurpose['job']): CallPurpose {
  const shared = purposeOf(facts, task.priority, task.ahead ?? 0);
  return { ...shared, kind: task.worker, latency: task.latency ?? shared.latency, job };
}

function purposeOf({ tenant, acceptedAt, options }: PurposeFacts, priority: Priority, ahead: number) {
  return {
    tenant,
    urgency: urgencyOf(options.priority, priority, acceptedAt, ahead),
    latency: options.latency ?? 'normal',
    hedge: options.hedge ?? false,
    singleFlight: options.singleFlight ?? false,
  } as const;
}
