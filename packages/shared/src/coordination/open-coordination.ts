import type { Redis } from 'ioredis';
import { noBatches } from '../model/batch-outbox.ts';
import { noSamples } from '../model/call-samples.ts';
import type { Coordination } from '../model/coordination.ts';
import { alwaysFirst } from '../model/first-of-kind.ts';
import { freeGovernor } from '../model/governor.ts';
import type { Keyspace } from '../redis/keyspace.ts';

/** What all processes with this Redis and keyspace share about their models. */
export function openCoordination(_redis: Redis, _keyspace: Keyspace): Coordination {
  return Object.freeze({
    governor: freeGovernor,
    firsts: alwaysFirst,
    samples: noSamples,
    batches: noBatches,
  });
}
