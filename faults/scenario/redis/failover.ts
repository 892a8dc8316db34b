import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { until } from '../../../e2e/until.ts';
import type { RedisServer } from '../../lab/redis-server.ts';
import type { Recovery, RedisCase, Stage } from './redis-case.ts';

/** A failover takes up to so many ms to be noticed, by whoever decides on it and by those who must be sent elsewhere. */
const LONGEST_UNNOTICED = 2_000;
const SWITCHED_WITHIN = 15_000;

/** The primary dies, and its replica takes over; then the dead one comes back as the replica. */
async function promoted({ lab, random }: Stage): Promise<Recovery[]> {
  await lab.redis.kill();
  await delay(random.int(0, LONGEST_UNNOTICED));
  await lab.redis.promoteReplica();
  const at = Date.now();
  // Others accept nothing until there is a replica again; what was accepted must go on meanwhile.
  await delay(random.int(0, LONGEST_UNNOTICED));
  await lab.redis.addReplica();
  return [{ at }];
}

async function roleOf(redis: Redis): Promise<string> {
  return String((await redis.role())[0]);
}

/** Makes one server the other's replica without losing anything; whoever is connected to it stays so, and reads READONLY. */
async function handOver(from: RedisServer, to: RedisServer): Promise<void> {
  const redis = new Redis(from.url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  try {
    await until(
      'the replica is in step',
      async () => (await redis.info('replication')).includes('state=online'),
      SWITCHED_WITHIN,
    );
    await redis.call('FAILOVER', 'TO', to.host, to.port);
    await until('the primary is a replica', async () => (await roleOf(redis)) === 'slave', SWITCHED_WITHIN);
  } finally {
    redis.disconnect();
  }
}

/** The primary becomes the replica of its replica, and later the primary again. */
async function demotedAndBack({ lab, random, load }: Stage): Promise<Recovery[]> {
  const { primary, replica } = lab.redis;
  if (!replica) throw new Error('This Redis has no replica.');
  const recoveries: Recovery[] = [];
  for (const [from, to] of [[primary, replica.server] as const, [replica.server, primary] as const]) {
    await handOver(from, to);
    await delay(random.int(0, LONGEST_UNNOTICED));
    for (const { redis } of lab.programs) redis.retarget(to);
    const at = Date.now();
    recoveries.push({ at });
    await load.flows(at, 3, SWITCHED_WITHIN);
  }
  return recoveries;
}

export const failovers: readonly RedisCase[] = [
  {
    name: 'replica promoted, ACK=replica',
    lab: { redis: { replica: true }, environment: { ACK: 'replica' } },
    rounds: 5,
    hurt: promoted,
    except: ['event-stream'],
  },
  { name: 'primary demoted and back', lab: { redis: { replica: true } }, rounds: 3, hurt: demotedAndBack },
];
