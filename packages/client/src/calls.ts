import type { BatonClient } from './api.ts';
import type { Connection } from './connection.ts';
import { fleetCalls } from './fleet.ts';
import { goalCalls } from './goals.ts';
import { planCalls } from './plans.ts';

export function clientOver(connection: Connection): BatonClient {
  return { goals: goalCalls(connection), plans: planCalls(connection), ...fleetCalls(connection) };
}
