/** What the calls of all processes make of a model's limits now. */

import type { Keyspace } from '../redis/keyspace.ts';
import type { RedisConnection } from '../redis/connection.ts';

export interface ModelLoad {
  readonly model: string;
  /** Calls that wait for its limits, in a process or sent away with their job. */
  readonly waiting: number;
  readonly inFlight: number;
  /** No call may go out: its endpoint asked for a pause or fails, or its account is spent. */
  readonly isPaused: boolean;
  /** False when nobody has called it within a day. */
  readonly isKnown: boolean;
}

/** More room would not let more calls out. */
export function isHeldBack({ waiting, isPaused }: ModelLoad): boolean {
  return waiting > 0 || isPaused;
}

/**
 * Nothing is written: what is overdue is passed over, for the governor to sweep.
 * KEYS state, in flight, due → [calls that wait, calls under way, 1 when none may go out, 1 when there is a state].
 */
const READ_LOAD = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local until_ = redis.call('HMGET', KEYS[1], 'pausedUntil', 'openUntil', 'probedUntil', 'stoppedUntil')
local isPaused = 0
for i = 1, 4 do
  if until_[i] and tonumber(until_[i]) > now then isPaused = 1 end
end
local from = string.format('(%.3f', now)
return {
  redis.call('ZCOUNT', KEYS[3], from, '+inf'), redis.call('ZCOUNT', KEYS[2], from, '+inf'), isPaused,
  redis.call('EXISTS', KEYS[1]) }
`;

const COMMAND = 'batonModelLoad';
/** Clients that know the script. */
const defined = new WeakSet<object>();

/** Models that are told of at the most. */
const MOST_MODELS = 50;

/** Says that a process calls the model. */
export async function announceModel(
  redis: RedisConnection,
  keyspace: Keyspace,
  model: string,
): Promise<void> {
  await redis.sadd(keyspace.models, model);
}

/** Those that processes have called within a day or so, by name. */
export async function calledModels(redis: RedisConnection, keyspace: Keyspace): Promise<string[]> {
  return (await redis.smembers(keyspace.models)).sort();
}

/** Takes models from those that are called. */
export async function forgetModels(
  redis: RedisConnection,
  keyspace: Keyspace,
  models: readonly string[],
): Promise<void> {
  if (models.length > 0) await redis.srem(keyspace.models, ...models);
}

/** Of the first 50 of these models. One round trip. */
export async function readModelLoads(
  redis: RedisConnection,
  keyspace: Keyspace,
  models: readonly string[],
): Promise<ModelLoad[]> {
  if (models.length === 0) return [];
  if (!defined.has(redis)) redis.defineCommand(COMMAND, { lua: READ_LOAD, numberOfKeys: 3 });
  defined.add(redis);
  const few = models.slice(0, MOST_MODELS);
  const replies = await redis
    .pipeline(
      few.map((model) => [
        COMMAND,
        keyspace.modelState(model),
        keyspace.modelInFlight(model),
        keyspace.modelDue(model),
      ]),
    )
    .exec();
  return few.map((model, at) => {
    const [error, reply] = replies?.[at] ?? [new Error(`Redis told nothing of ${model}.`)];
    if (error) throw error;
    const [waiting = 0, inFlight = 0, isPaused, isKnown] = reply as number[];
    return { model, waiting, inFlight, isPaused: isPaused === 1, isKnown: isKnown === 1 };
  });
}
