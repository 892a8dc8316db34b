import type { Redis } from 'ioredis';
import type { Coordination } from '../model/coordination.ts';
import type { Keyspace } from '../redis/keyspace.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { batchOutbox } from './batch-requests.ts';
import { redisFirstOfKind } from './redis-first-of-kind.ts';
import { tellingGovernor } from './governor-watch.ts';
import { redisGovernor, type LimitSettings } from './redis-governor.ts';
import { redisSamples } from './redis-samples.ts';

export interface CoordinationParts {
  readonly redis: Redis;
  readonly keyspace: Keyspace;
  readonly settings: LimitSettings;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** What all processes with this Redis and keyspace share about their models. */
export function openCoordination(parts: CoordinationParts): Coordination {
  const { redis, keyspace, settings } = parts;
  return Object.freeze({
    governor: redisGovernor(redis, keyspace, settings, tellingGovernor(parts)),
    firsts: redisFirstOfKind(redis, keyspace),
    samples: redisSamples(redis, keyspace),
    batches: batchOutbox(redis, keyspace),
  });
}
