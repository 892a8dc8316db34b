import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../e2e/until.ts';
import type { LabOptions, LabProgram, LabRole } from '../../lab/lab.ts';
import type { Recovery, RedisCase, Stage } from './redis-case.ts';

const LATENCY = 200;
const LATE_FOR = 20_000;
const FROZEN_FOR = 15_000;
const HALF_OPEN_FOR = 20_000;
/** Within which work must have gone on. */
const BACK_WITHIN = 3_000;
const STORMS = 20;
/** A lock outlives every such fault, on a slow machine too: no call may be repeated. */
const unhurried: LabOptions = { lockDuration: 15_000, stalledInterval: 1_000 };
const roles: readonly LabRole[] = ['worker', 'planner', 'api'];

async function late({ lab }: Stage): Promise<Recovery[]> {
  for (const { redis } of lab.programs) redis.latency(LATENCY);
  await delay(LATE_FOR);
  for (const { redis } of lab.programs) redis.latency(0);
  return [];
}

async function frozen({ lab }: Stage): Promise<Recovery[]> {
  await lab.redis.pause(FROZEN_FOR);
  return [{ at: Date.now() }];
}

async function scriptsFlushed({ lab, random }: Stage): Promise<Recovery[]> {
  const recoveries: Recovery[] = [];
  for (let storm = 0; storm < STORMS; storm += 1) {
    await lab.redis.connection.script('FLUSH');
    recoveries.push({ at: Date.now() });
    await delay(random.int(20, 200));
  }
  return recoveries;
}

async function clientsKilled({ lab, random }: Stage): Promise<Recovery[]> {
  for (let storm = 0; storm < STORMS; storm += 1) {
    await lab.redis.connection.call('CLIENT', 'KILL', 'TYPE', random.pick(['normal', 'normal', 'pubsub']));
    await delay(random.int(20, 400));
  }
  return [{ at: Date.now() }];
}

/** One process's connections say nothing more and stay open. When they do again, it is the only one of its role. */
async function halfOpen({ lab, round, complain }: Stage): Promise<Recovery[]> {
  const role = roles[round % roles.length] ?? 'worker';
  const [victim, ...others] = lab.programs.filter((program) => program.role === role);
  if (!victim) throw new Error(`The lab has no ${role}.`);
  victim.redis.freeze();
  await delay(HALF_OPEN_FOR);
  await victim.redis.clear();
  const at = Date.now();
  if (role === 'api') {
    await answers(victim, complain);
    return [];
  }
  await Promise.all(others.map((program) => program.kill()));
  await delay(BACK_WITHIN);
  await Promise.all(others.map((program) => program.restart()));
  return [{ at, role }];
}

async function answers({ url, place }: LabProgram, complain: Stage['complain']): Promise<void> {
  const isAnswered = async (): Promise<boolean> => {
    try {
      return (await fetch(`${url}/v1/goals?limit=1`, { signal: AbortSignal.timeout(1_000) })).ok;
    } catch {
      return false;
    }
  };
  await until(`api ${place} answers`, isAnswered, BACK_WITHIN).catch((error: unknown) =>
    complain(String(error)),
  );
}

export const disturbances: readonly RedisCase[] = [
  { name: 'latency of 200 ms', lab: unhurried, rounds: 1, hurt: late, pastLock: 0 },
  { name: 'frozen for 15 s', lab: {}, rounds: 2, hurt: frozen },
  { name: 'scripts flushed', lab: unhurried, rounds: 3, hurt: scriptsFlushed, pastLock: 0 },
  { name: 'connections killed', lab: {}, rounds: 3, hurt: clientsKilled },
  { name: 'half-open sockets', lab: { apis: 2, planners: 2 }, rounds: 3, hurt: halfOpen, pastLock: 2 },
];
