/**
 * What a Redis server has done since it began. It is the whole server's: nobody else may use it meanwhile.
 * @typedef {object} RedisUse
 * @property {number} commands executed, those inside scripts included
 * @property {number} scriptCalls
 * @property {number} cpuSeconds
 * @property {number} usedBytes held now
 */

/** @param {import('ioredis').Redis} redis @returns {Promise<RedisUse>} */
export async function readRedisUse(redis) {
  const info = await redis.info('everything');
  return {
    commands: numberIn(info, 'total_commands_processed'),
    scriptCalls: callsIn(info, 'evalsha') + callsIn(info, 'eval'),
    cpuSeconds: numberIn(info, 'used_cpu_user') + numberIn(info, 'used_cpu_sys'),
    usedBytes: numberIn(info, 'used_memory'),
  };
}

/** @param {RedisUse} before @param {RedisUse} after @returns {RedisUse} */
export function redisUseBetween(before, after) {
  return {
    commands: after.commands - before.commands,
    scriptCalls: after.scriptCalls - before.scriptCalls,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    usedBytes: after.usedBytes - before.usedBytes,
  };
}

/** The version and whether every write goes to a file, for the report. @param {import('ioredis').Redis} redis */
export async function describeRedis(redis) {
  const info = await redis.info('everything');
  const version = /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'of unknown version';
  return `Redis ${version}, ${numberIn(info, 'aof_enabled') === 0 ? 'no AOF' : 'with AOF'}`;
}

/** Removes every key of a run. @param {import('ioredis').Redis} redis @param {string} prefix */
export async function removeKeys(redis, prefix) {
  for await (const keys of redis.scanStream({ match: `{${prefix}}:*`, count: 1_000 })) {
    const names = /** @type {string[]} */ (keys);
    if (names.length > 0) await redis.unlink(...names);
  }
}

/** @param {string} info @param {string} field */
function numberIn(info, field) {
  const value = new RegExp(`^${field}:([\\d.]+)`, 'm').exec(info)?.[1];
  if (value === undefined)
    throw new Error(`This Redis does not tell ${field} in INFO: use Redis 6.2 or newer.`);
  return Number(value);
}

/** @param {string} info @param {string} command */
function callsIn(info, command) {
  return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(info)?.[1] ?? 0);
}
