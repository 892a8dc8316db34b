import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { Redis } from 'ioredis';
import { inject, onTestFinished } from 'vitest';
import type { CallEnd } from '../../model/call-end.ts';
import { plainPurpose } from '../../model/call-purpose.ts';
import type { Admission, Governor, PlannedCall } from '../../model/governor.ts';
import { keyspaceOf } from '../../redis/keyspace.ts';
import { redisGovernor, type GovernorTimes, type GovernorWatch } from '../redis-governor.ts';

export const MODEL = 'claude-sonnet-5-5';
export const unlimited = { MODEL_RPM: 0, MODEL_ITPM: 0, MODEL_OTPM: 0 };
const plain: PlannedCall = {
  model: MODEL,
  inputTokens: 100,
  mostOutputTokens: 100,
  urgency: plainPurpose.urgency,
  job: null,
  hasFailed: false,
};
const usage = { inputTokens: 100, outputTokens: 100, cacheReadTokens: 0, cacheWriteTokens: 0 };
export const answered: CallEnd = { kind: 'answered', usage };
export const limited = (retryAfterMs: number | null): CallEnd => ({ kind: 'limited', retryAfterMs });
export const failed = { kind: 'failed', isLost: false, failures: 1, since: 0 } as const;
export const requestsPerMinute = (perMinute: number, remaining: number | null = null) => ({
  requests: { perMinute, remaining },
  inputTokens: null,
  outputTokens: null,
});

export function openGovernors(limits: object = {}) {
  const keyspace = keyspaceOf(`test-${randomUUID()}`);
  const redis = new Redis(inject('redisUrl'));
  const connections = [redis];
  onTestFinished(async () => {
    const left = await redis.keys(`${keyspace.queuePrefix.split(':')[0]}*`);
    if (left.length > 0) await redis.del(...left);
    for (const connection of connections) connection.disconnect();
  });
  const told: string[] = [];
  const watch: GovernorWatch = {
    waited: () => undefined,
    refused: (_model, cause) => told.push(cause),
    paused: () => told.push('paused'),
    opened: () => told.push('opened'),
  };
  /** One more process. */
  const governor = (times: GovernorTimes = {}): Governor => {
    const connection = new Redis(inject('redisUrl'));
    connections.push(connection);
    return redisGovernor(connection, keyspace, { ...unlimited, ...limits }, watch, times);
  };
  const stateKey = keyspace.modelState(MODEL);
  return {
    redis,
    keyspace,
    told,
    governor,
    set: (fields: Record<string, number | string>) => redis.hset(stateKey, fields),
    state: async (field: string) => Number(await redis.hget(stateKey, field)),
    waiting: () => redis.zcard(keyspace.modelWaiting(MODEL)),
    inFlight: () => redis.zcard(keyspace.modelInFlight(MODEL)),
  };
}

export const { signal } = new AbortController();
setMaxListeners(0, signal);

export function ask(governor: Governor, call: Partial<PlannedCall> = {}, own = signal): Promise<Admission> {
  return governor.admit({ ...plain, ...call }, own);
}

export async function errorOf(given: Promise<unknown>): Promise<unknown> {
  return given.then(
    () => null,
    (error: unknown) => error,
  );
}

export const once = { mostHere: 0 };

export const noWatch: GovernorWatch = {
  waited: () => undefined,
  refused: () => undefined,
  paused: () => undefined,
  opened: () => undefined,
};
