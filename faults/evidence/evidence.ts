/** What is seen of a Baton from outside while it is hurt and after it has come to rest: all that the checker judges by. */
import type { CallRecord } from '@baton/emulator/calls/call-records';
import type { GoalEvent } from '@baton/shared/contract/event';
import type { Goal } from '@baton/shared/contract/goal';
import type { ParentTask } from '@baton/shared/ledger/goal-record';
import type { ClientLog } from './client-log.ts';

export type { CallRecord, Goal, GoalEvent };

/** A goal as the API shows it after quiet. */
export interface GoalSeen {
  readonly goalId: string;
  /** As it was submitted. */
  readonly text: string;
  readonly wantsWebhook: boolean;
  /** The task that it carries out; null for a goal that was submitted. */
  readonly parent: ParentTask | null;
  /** Null when the API knows no such goal. */
  readonly goal: Goal | null;
  readonly events: readonly GoalEvent[];
}

/** A goal that the API lists. */
export interface ListedGoal {
  readonly goalId: string;
  readonly text: string;
  /** ms since the epoch. */
  readonly createdAt: number;
}

/** All calls to the model; `forgotten` of them are no longer in the list. Times are ms since the epoch. */
interface ModelCalls {
  readonly calls: readonly CallRecord[];
  readonly forgotten: number;
}

/** A webhook as its receiver took it. */
export interface DeliverySeen {
  /** ms since the epoch. */
  readonly at: number;
  /** The `webhook-id` header. */
  readonly id: string;
  readonly type: string;
  readonly body: unknown;
  /** The status it was answered with; null when it was not. */
  readonly answered: number | null;
}

export const pendingStates = ['active', 'waiting', 'prioritized', 'delayed', 'waiting-children'] as const;
type PendingState = (typeof pendingStates)[number];

export interface PendingJob {
  readonly queue: string;
  readonly jobId: string;
  readonly state: PendingState;
}

/** Something that a tool did. */
export interface ToolEffect {
  readonly tool: string;
  /** The call's idempotency key. */
  readonly key: string;
}

/** What Redis holds of this Baton. */
export interface LedgerSeen {
  readonly prefix: string;
  /** Names of all keys, sorted. */
  readonly keys: readonly string[];
  readonly pendingJobs: readonly PendingJob[];
  /** Ids of goals that count as open. */
  readonly openGoals: readonly string[];
}

export interface QuietSeen {
  /** False when the time ran out first. */
  readonly reached: boolean;
  readonly tookMs: number;
  /** Goals that had not ended when the time ran out. */
  readonly unended: readonly string[];
  /** What quiet lacked when the time ran out; null when it was reached. */
  readonly lacking: string | null;
}

export interface Evidence {
  readonly client: ClientLog;
  readonly goals: readonly GoalSeen[];
  readonly listed: readonly ListedGoal[];
  readonly model: ModelCalls;
  readonly deliveries: readonly DeliverySeen[];
  readonly effects: readonly ToolEffect[];
  readonly ledger: LedgerSeen;
  readonly quiet: QuietSeen;
}
