import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../e2e/until.ts';
import type { Recovery, RedisCase, Stage } from './redis-case.ts';

/** `used_memory / maxmemory` while new goals must be refused and those that run must end. */
const NEARLY_FULL = 0.73;
/** Bytes of somebody else's, without which the rest of so small a Redis would not be room for a few goals. */
const BALLAST = 32 * 1_024 * 1_024;
const REFUSED_WITHIN = 5_000;
const TAKEN_AGAIN_WITHIN = 5_000;
const END_WITHIN = 30_000;
const FULL_FOR = 4_000;

async function usedMemory({ lab }: Stage): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await lab.redis.connection.info('memory'))?.[1]);
}

/** A submission beside the load, to see the header. */
async function refusal({
  lab,
  load,
}: Stage): Promise<{ status: number; retryAfter: string | null; text: string }> {
  const response = await fetch(`${lab.apis[0]?.url}/v1/goals`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(load.request()),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    text: await response.text(),
  };
}

async function refusesAsItShould(stage: Stage): Promise<void> {
  const { status, retryAfter, text } = await refusal(stage);
  if (status !== 503 || !/^\d+$/.test(retryAfter ?? '') || !text.includes('storage_full')) {
    stage.complain(
      `A goal was answered ${status} with Retry-After ${retryAfter} when memory ran out: ${text}`,
    );
  }
}

/** Little room is left at first, then none, then enough. */
async function filled(stage: Stage): Promise<Recovery[]> {
  const { lab, load, random } = stage;
  await lab.redis.connection.setrange('ballast', BALLAST, 'x');
  await lab.redis.setMaxMemory(String(Math.round((await usedMemory(stage)) / NEARLY_FULL)));
  const refused = async (): Promise<boolean> => (await load.submit()).kind === 'refused';
  await until('new goals are refused', refused, REFUSED_WITHIN);
  await refusesAsItShould(stage);
  if (stage.round === 0) {
    await until('the goals that run end', async () => (await load.open()) === 0, END_WITHIN);
    await lab.redis.setMaxMemory('0');
    await load.flows(Date.now(), 6, END_WITHIN);
  }
  await lab.redis.setMaxMemory(String(Math.round((await usedMemory(stage)) * 0.95)));
  await delay(random.int(FULL_FOR / 2, FULL_FOR));
  await refusesAsItShould(stage);
  await lab.redis.setMaxMemory('0');
  const at = Date.now();
  await load.flows(at, 1, TAKEN_AGAIN_WITHIN);
  return [{ at }];
}

export const fullMemory: readonly RedisCase[] = [
  { name: 'maxmemory reached', lab: {}, rounds: 3, hurt: filled },
];
