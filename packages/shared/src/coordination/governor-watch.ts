import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { GovernorWatch } from './redis-governor.ts';

/** Tells metrics and the log what a governor does. */
export function tellingGovernor({
  metrics,
  logger,
}: {
  readonly metrics: Metrics;
  readonly logger: Logger;
}): GovernorWatch {
  return {
    waited: (model, ms) => metrics.modelWaitSeconds.observe({ model }, ms / 1_000),
    refused: (model, cause) => metrics.modelRefusals.inc({ model, cause }),
    paused(model, ms) {
      metrics.modelPausedSeconds.inc({ model }, ms / 1_000);
      logger.warn({ model, againInMs: ms }, 'the endpoint limits a model: its calls are paused');
    },
    opened: (model, ms) =>
      logger.warn({ model, againInMs: ms }, 'the endpoint of a model fails: its calls are held back'),
  };
}
