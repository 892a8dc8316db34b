import type { BatonClient } from './api.ts';
import type { Connection } from './connection.ts';

/** A model has to answer, perhaps three times; ms. */
const PLANNING_TIMEOUT = 600_000;

export function planCalls(connection: Connection): BatonClient['plans'] {
  return {
    // Not repeatable: the model may have been paid.
    create: (request, { signal, traceparent, tracestate, timeoutMs = PLANNING_TIMEOUT } = {}) =>
      connection.json({
        method: 'POST',
        path: 'plans',
        body: request,
        repeatable: false,
        options: { signal, traceparent, tracestate, timeoutMs },
      }),
    validate: (plan, planning = {}, options) =>
      connection.json({
        method: 'POST',
        path: 'plans/validate',
        body: { plan, options: planning },
        repeatable: true,
        options,
      }),
  };
}
