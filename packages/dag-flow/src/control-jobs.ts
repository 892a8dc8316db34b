import type { JobReference } from './job-ids.ts';

/** How a task ended, as the jobs that stand in for it report it. `gone`: removed before it had ended. */
export type TaskEnd =
  | { readonly state: 'completed'; readonly value: unknown }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'gone' };

export interface SettleJobData {
  readonly kind: 'settle';
  readonly task: JobReference;
  /** Ids of the task's link jobs, in the control queue. */
  readonly links: readonly string[];
}

export interface LinkJobData {
  readonly kind: 'link';
  readonly task: JobReference;
  /** Id of the task's settle job, in the control queue. */
  readonly settle: string;
  /** Written by the settle job when it releases the link. */
  readonly end?: TaskEnd;
}

export interface ControlJobData {
  readonly dag: SettleJobData | LinkJobData;
}
