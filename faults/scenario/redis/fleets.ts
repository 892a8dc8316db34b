import { setTimeout as delay } from 'node:timers/promises';
import type { LabOptions } from '../../lab/lab.ts';
import type { Recovery, RedisCase, Stage } from './redis-case.ts';

/** ms for which the rest goes on without the one that was lost, at most. */
const LONGEST_ALONE = 1_000;
/** ms; longer than it takes the others to replace one that is silent, and clients to hear of it. */
const SILENCE = 7_000;

/** Without one, new goals are refused until the dead server is back; what was accepted must go on. */
const environment = { ACK: 'replica' };
const cluster: LabOptions = { redis: { fleet: 'cluster' }, environment };
const sentinel: LabOptions = { redis: { fleet: 'sentinel' }, environment };

/** The server with Baton's keys is killed, another takes over, and the dead one comes back as its replica. */
async function killed({ lab, random }: Stage): Promise<Recovery[]> {
  await lab.redis.kill();
  await lab.redis.promoteReplica();
  const at = Date.now();
  await delay(random.int(0, LONGEST_ALONE));
  await lab.redis.addReplica();
  return [{ at }];
}

/** It stands still until another has taken over, and wakes with what it was sent meanwhile. */
async function silent({ lab }: Stage): Promise<Recovery[]> {
  const waking = lab.redis.pause(SILENCE);
  await lab.redis.promoteReplica();
  const at = Date.now();
  await waking;
  await lab.redis.addReplica();
  return [{ at }];
}

const both = (lab: LabOptions): readonly RedisCase[] => [
  { name: 'primary killed', lab, rounds: 5, hurt: killed, except: ['event-stream'] },
  { name: 'primary silent', lab, rounds: 3, hurt: silent, except: ['event-stream'] },
];

export const clusterCases = both(cluster);
export const sentinelCases = both(sentinel);
