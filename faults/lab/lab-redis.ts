import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { guardFolder } from '../../scripts/guardian.mjs';
import { temporaryDirectory } from '../../scripts/paths.mjs';
import { until } from '../../e2e/until.ts';
import { stablePort } from '../proxy/stable-port.ts';
import { openProxy, type TcpProxy } from '../proxy/tcp-proxy.ts';
import { followed, redisProgram } from './redis-fleet.ts';
import { RedisServer } from './redis-server.ts';

export interface RedisOptions {
  /** When the append-only file is synced; `everysec` unless given. `no`: there is none, and a killed server starts empty. */
  readonly appendOnly?: 'no' | 'everysec' | 'always';
  /** A second server that follows the first. */
  readonly replica?: boolean;
  /** As in redis.conf, such as `64mb`. */
  readonly maxMemory?: string;
  /** Instead of it a Cluster, or Sentinels with a primary and a replica, to which programs are led without proxies. */
  readonly fleet?: 'cluster' | 'sentinel';
}

/** The replica, while there is one. */
interface LabReplica {
  readonly url: string;
  readonly server: RedisServer;
  /** What it follows the primary through. */
  readonly link: TcpProxy;
}

/** The lab's Redis: whatever has been promoted last. Nothing here goes through the proxies of Baton's processes. */
export interface LabRedis {
  /** A connection to the primary for whoever looks on; reconnects by itself, also after a promotion. */
  readonly connection: Redis;
  readonly primary: RedisServer;
  readonly replica: LabReplica | null;
  /** Settings that lead Baton to it, where its address is not the whole of them. */
  readonly environment: Readonly<Record<string, string>>;
  isAlive(): boolean;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Kills what is left and starts it again on its port and its data; resolves when it answers. */
  restart(): Promise<void>;
  stop(): void;
  resume(): void;
  /** Stands still for so long, with its connections open. */
  pause(ms: number): Promise<void>;
  /** As in redis.conf; `0` is no limit. Lost at a restart. */
  setMaxMemory(limit: string): Promise<void>;
  /**
   * Makes the replica the primary, wherever it has got to. The old one, if it lives, follows the new one and answers
   * READONLY; open connections to it stay.
   */
  promoteReplica(): Promise<void>;
  /** The server that is not the primary follows it from now on, from nothing; resolves when it is in step. */
  addReplica(): Promise<void>;
  /** Paths of the primary's append-only file: its incremental parts, or the one file of Redis 6. */
  aofFiles(): Promise<string[]>;
  close(): Promise<void>;
}

/** `onPromoted` is told where the primary is now. */
export async function openLabRedis(
  { appendOnly = 'everysec', replica: withReplica = false, maxMemory = '0' }: RedisOptions,
  onPromoted: (server: RedisServer) => void,
): Promise<LabRedis> {
  const program = await redisProgram();
  const folder = temporaryDirectory('faults');
  const releaseFolder = guardFolder(folder);
  const newServer = async (name: string): Promise<RedisServer> =>
    new RedisServer(program, {
      port: await stablePort(),
      folder: join(folder, name),
      settings: {
        ...followed,
        appendonly: appendOnly === 'no' ? 'no' : 'yes',
        appendfsync: appendOnly === 'no' ? 'everysec' : appendOnly,
        maxmemory: maxMemory,
      },
    });

  let primary = await newServer('primary');
  let replica: LabReplica | null = null;
  const servers = [primary];
  await primary.start();
  const connectTo = (server: RedisServer): Redis => {
    const redis = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    redis.on('error', () => undefined);
    return redis;
  };
  let connection = connectTo(primary);
  async function follow(server: RedisServer): Promise<void> {
    const link = await openProxy(primary);
    replica = { url: server.url, server, link };
    await server.kill();
    await server.start({ replicaof: `${link.host} ${link.port}` });
    await until('the replica follows', async () =>
      /^slave0:.*state=online/m.test(await connection.info('replication')),
    );
  }
  if (withReplica) {
    const server = await newServer('replica');
    servers.push(server);
    await follow(server);
  }

  return {
    get connection() {
      return connection;
    },
    get primary() {
      return primary;
    },
    get replica() {
      return replica;
    },
    environment: {},
    isAlive: () => primary.isAlive(),
    kill: () => primary.kill(),
    async restart() {
      await primary.kill();
      await primary.start();
    },
    stop: () => primary.signal('SIGSTOP'),
    resume: () => primary.signal('SIGCONT'),
    pause: (ms) => primary.pause(ms),
    async setMaxMemory(limit) {
      await connection.config('SET', 'maxmemory', limit);
    },
    async promoteReplica() {
      if (!replica) throw new Error('This Redis has no replica.');
      const { server, link } = replica;
      const [old, oldConnection] = [primary, connection];
      const promoted = connectTo(server);
      await promoted.replicaof('NO', 'ONE');
      await link.close();
      [primary, replica, connection] = [server, null, promoted];
      onPromoted(server);
      if (old.isAlive()) await oldConnection.replicaof(server.host, server.port);
      oldConnection.disconnect();
    },
    async addReplica() {
      const other = servers.find((server) => server !== primary);
      if (!other || replica) throw new Error('There is no server that could become the replica.');
      await follow(other);
    },
    async aofFiles() {
      const paths = await readdir(primary.folder, { recursive: true });
      return paths
        .filter((path) => path.endsWith('.incr.aof') || path === 'appendonly.aof')
        .sort()
        .map((path) => join(primary.folder, path));
    },
    async close() {
      connection.disconnect();
      await replica?.link.close();
      await Promise.all(servers.map((server) => server.kill()));
      rmSync(folder, { recursive: true, force: true });
      releaseFolder();
    },
  };
}
