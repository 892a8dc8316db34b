import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../e2e/until.ts';
import type { RedisOptions } from '../../lab/lab-redis.ts';
import type { Recovery, RedisCase, Stage } from './redis-case.ts';

/** Redis stays away for up to so many ms. */
const LONGEST_AWAY = 4_000;
const DRAINS_WITHIN = 10_000;

async function bringBack({ lab, random }: Stage): Promise<Recovery[]> {
  // Every second time as fast as a supervisor would.
  await delay(random.chance(0.5) ? 0 : random.int(0, LONGEST_AWAY));
  await lab.redis.restart();
  return [{ at: Date.now() }];
}

async function killed(stage: Stage): Promise<Recovery[]> {
  await stage.lab.redis.kill();
  return bringBack(stage);
}

async function terminated(stage: Stage): Promise<Recovery[]> {
  const { redis } = stage.lab;
  redis.primary.signal('SIGTERM');
  await until('Redis has ended', () => !redis.isAlive(), DRAINS_WITHIN);
  return bringBack(stage);
}

const killedUnder = (appendOnly: NonNullable<RedisOptions['appendOnly']>): RedisCase => ({
  name: `killed, AOF ${appendOnly}`,
  lab: { redis: { appendOnly } },
  rounds: 10,
  hurt: killed,
});

export const restarts: readonly RedisCase[] = [
  { name: 'restarted, AOF everysec', lab: {}, rounds: 4, hurt: terminated },
  killedUnder('everysec'),
  killedUnder('always'),
];
