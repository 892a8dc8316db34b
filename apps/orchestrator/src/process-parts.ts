import type { RedisConnection } from '@baton/shared/redis/connection';
import type { Recipe } from '@baton/plan/recipes';
import type { Llm } from '@baton/shared/model/llm';
import type { Keyspace } from '@baton/shared/redis/keyspace';
import type { OrchestratorSettings } from '@baton/shared/settings/settings';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { Metrics } from '@baton/shared/telemetry/metrics';

/** What both roles of the process share. */
export interface ProcessParts {
  readonly settings: OrchestratorSettings;
  readonly logger: Logger;
  readonly recipes: ReadonlyMap<string, Recipe>;
  /** Waits through outages. */
  readonly redis: RedisConnection;
  readonly llm: Llm;
  readonly metrics: Metrics;
  readonly keyspace: Keyspace;
  readonly onRedisError: (error: Error) => void;
}
