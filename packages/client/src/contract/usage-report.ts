import type { Usage } from './task-outcome.ts';

/** What usage is split by. */
export type UsageDimension = 'day' | 'model' | 'workerType';

export interface UsageQuery {
  /** All three unless given. */
  readonly by?: readonly UsageDimension[] | undefined;
  /** The first day, as `2026-03-02`, in UTC; 29 days before the last one unless given. */
  readonly from?: string | undefined;
  /** The last day; today unless given. */
  readonly to?: string | undefined;
}

export interface CountedUsage extends Omit<Usage, 'possiblyRepeatedCalls'> {
  /** Calls of which the price is unknown: they make `costUsd` null. */
  unpricedCalls: number;
  /** Calls that no model answered. */
  simulatedCalls: number;
}

/** Of each dimension null where usage is not split by it. */
export interface UsageRow extends CountedUsage {
  /** In UTC, of the answer. */
  day: string | null;
  /** The model that answered. */
  model: string | null;
  /** A worker type, or one of Baton's own roles with a colon before it, such as `:planner`. */
  workerType: string | null;
}

/** What a tenant's calls have used. */
export interface UsageReport {
  from: string;
  to: string;
  by: UsageDimension[];
  items: UsageRow[];
  total: CountedUsage;
  /** What the tenant has spent of its budget of the day; null where it has none. */
  today: {
    day: string;
    tokens: number;
    costUsd: number | null;
    maxTokens: number | null;
    maxCostUsd: number | null;
  } | null;
  /** What the numbers do not hold, for people. */
  warnings: string[];
}
