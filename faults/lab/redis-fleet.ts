import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Redis } from 'ioredis';
import { guardFolder } from '../../scripts/guardian.mjs';
import { temporaryDirectory } from '../../scripts/paths.mjs';
import { isPortFree } from '../../scripts/ports.mjs';
import { serverProgram } from '../../scripts/redis.mjs';
import type { ServerProgram } from '../../scripts/redis/server.mjs';
import { stablePort } from '../proxy/stable-port.ts';
import { RedisServer } from './redis-server.ts';

/** Where a node of a Cluster listens for the others, above its own port. */
const BUS = 10_000;

/** `REDIS_SERVER`: the path of the server program; else the one that Baton's own scripts find. */
export async function redisProgram(): Promise<ServerProgram> {
  const program = process.env['REDIS_SERVER'];
  return program === undefined
    ? serverProgram()
    : { program, environment: process.env, name: basename(program) };
}

/** Settings of a server that others follow, as in redis.conf. */
export const followed = {
  save: '',
  'maxmemory-policy': 'noeviction',
  daemonize: 'no',
  // Followers are asked often, so that a lost one is seen within a test's time.
  'repl-ping-replica-period': '1',
  'repl-diskless-sync-delay': '0',
} as const;

/** Servers of one test, with their data in one folder. */
export interface RedisFleet {
  /** Not started. */
  add(name: string, settings: Readonly<Record<string, string>>, isSentinel?: boolean): Promise<RedisServer>;
  /** A connection to that server itself, closed with the fleet. */
  connectTo(server: RedisServer): Redis;
  /** Kills all of them. */
  close(): Promise<void>;
}

export async function openFleet(): Promise<RedisFleet> {
  const program = await redisProgram();
  const folder = temporaryDirectory('faults');
  const releaseFolder = guardFolder(folder);
  const servers: RedisServer[] = [];
  const connections: Redis[] = [];
  return {
    async add(name, settings, isSentinel = false) {
      const port = await stablePort(async (wanted) => {
        if (!(await isPortFree(wanted + BUS))) throw new Error(`port ${wanted + BUS} is taken`);
      });
      const server = new RedisServer(program, { port, folder: join(folder, name), settings, isSentinel });
      servers.push(server);
      return server;
    },
    connectTo(server) {
      const redis = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
      redis.on('error', () => undefined);
      connections.push(redis);
      return redis;
    },
    async close() {
      for (const connection of connections) connection.disconnect();
      await Promise.all(servers.map((server) => server.kill()));
      rmSync(folder, { recursive: true, force: true });
      releaseFolder();
    },
  };
}
