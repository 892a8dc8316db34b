import type { BatonClient } from './api.ts';
import { clientOver } from './calls.ts';
import { openConnection } from './connection.ts';
import type { ConnectionSettings } from './settings.ts';

export type * from './api.ts';
export type * from './contract/budget.ts';
export type * from './contract/delivery.ts';
export type * from './contract/event.ts';
export type * from './contract/fleet.ts';
export type * from './contract/forecast.ts';
export type * from './contract/goal-batch.ts';
export type * from './contract/goal-calls.ts';
export type * from './contract/goal-request.ts';
export type * from './contract/goal-status.ts';
export type * from './contract/goal.ts';
export type * from './contract/plan.ts';
export type * from './contract/problem.ts';
export type * from './contract/review.ts';
export type * from './contract/task-outcome.ts';
export type * from './contract/analytics.ts';
export type * from './contract/usage-report.ts';
export type { ConnectionSettings } from './settings.ts';
export {
  BatonError,
  ConnectionError,
  SettingError,
  type ConnectionFailure,
  type FieldError,
} from './errors.ts';

/** Throws a `SettingError`. Nothing is asked yet. */
export function createClient(settings: ConnectionSettings): BatonClient {
  return clientOver(openConnection(settings));
}
