import type { Evidence } from '../evidence/evidence.ts';

/** What always holds, by the names that reports use. */
export type Invariant =
  | 'terminal-state'
  | 'task-outcome'
  | 'sub-goal'
  | 'late-call'
  | 'repeated-call'
  | 'repeated-effect'
  | 'webhook'
  | 'event-stream'
  | 'leftover'
  | 'idempotency'
  | 'success-rate';

export interface Violation {
  readonly invariant: Invariant;
  readonly goalId?: string;
  /** With the facts. */
  readonly message: string;
}

/** What a scenario did, as far as it excuses what was seen. */
export interface Expectations {
  /** Faults that outlived a lock: processes killed, standing still or cut off for longer. */
  readonly faultsPastLock: number;
  /** Model calls that one process may have in flight. */
  readonly concurrency: number;
  /** Answers lost in other ways that the scenario knows of, such as connections to the model that it broke; 0 unless given. */
  readonly lostAnswers?: number;
  /** The least share of accepted goals that must succeed, cancelled ones left out; 0.8 unless given. */
  readonly minSuccess?: number;
  /** Not looked at. */
  readonly except?: readonly Invariant[];
}

export type Check = (evidence: Evidence, expectations: Required<Omit<Expectations, 'except'>>) => Violation[];
