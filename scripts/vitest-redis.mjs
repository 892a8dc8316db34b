import { say, SetupError } from './progress.mjs';
import { findRedis, localRedis } from './redis.mjs';
import { redisImage } from './redis/docker.mjs';
import { engineSocketAnswers } from './redis/engine-socket.mjs';

/** @typedef {import('./redis.mjs').Redis} Redis */

/**
 * vitest loads this file once per project, in one process: the projects share one server by a global.
 * Gives every test file `inject('redisUrl')` and says once which Redis it is.
 * @param {import('vitest/node').TestProject} project
 */
export default async function setup(project) {
  const shared = (globalThis.batonTestRedis ??= { started: startTestRedis(), users: 0 });
  shared.users += 1;
  project.provide('redisUrl', (await shared.started).url);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    globalThis.batonTestRedis = undefined;
    await (await shared.started).stop();
  };
}

/** @returns {Promise<Redis>} */
async function startTestRedis() {
  const redis = process.env['REDIS_URL']
    ? await findRedis()
    : ((await containerRedis()) ?? (await localRedis()));
  say(`tests use Redis from ${redis.how}`);
  return redis;
}

/** @returns {Promise<Redis | null>} null: no Docker engine answers, or it can't bring the image */
async function containerRedis() {
  if (!(await engineSocketAnswers())) return null;
  try {
    const { GenericContainer, Wait } = await import('testcontainers');
    const container = await new GenericContainer(redisImage)
      .withCommand(['redis-server', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'])
      .withExposedPorts(6379)
      .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/i))
      .withStartupTimeout(120_000)
      .start();
    return {
      url: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
      how: `Testcontainers (${redisImage})`,
      pid: null,
      stop: async () => {
        await container.stop();
      },
    };
  } catch (error) {
    if (error instanceof SetupError) throw error;
    say(`Docker answers, but ${redisImage} can't be started (${firstLine(error)}): using a local server`);
    return null;
  }
}

/** @param {unknown} error */
function firstLine(error) {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0];
}
