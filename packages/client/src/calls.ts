import { analyticsCalls } from './analytics.ts';
import type { BatonClient } from './api.ts';
import type { Connection } from './connection.ts';
import { fleetCalls } from './fleet.ts';
import { goalCalls } from './goals.ts';
import { planCalls } from './plans.ts';
import { usageCalls } from './usage.ts';

export function clientOver(connection: Connection): BatonClient {
  return {
    goals: goalCalls(connection),
    plans: planCalls(connection),
    usage: usageCalls(connection),
    analytics: analyticsCalls(connection),
    ...fleetCalls(connection),
  };
}
