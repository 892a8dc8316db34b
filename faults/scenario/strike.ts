import { setTimeout as delay } from 'node:timers/promises';
import type { FailpointAction } from '@baton/shared/failpoints/failpoint';
import type { Lab, LabProgram } from '../lab/lab.ts';
import type { TcpProxy } from '../proxy/tcp-proxy.ts';

/** What befalls a process at a failpoint. */
export const strikes = ['kill', 'stop', 'cut'] as const;
export type Strike = (typeof strikes)[number];

/** What the failpoint itself does: a cut is made by the runner while the process stands still. */
export const actionOf: Readonly<Record<Strike, FailpointAction>> = {
  kill: 'kill',
  stop: 'stop',
  cut: 'stop',
};

const STANDS_OR_FALLS_WITHIN = 10_000;
/** A stopped process sleeps so much longer than it takes others to take its jobs over, in ms. */
const BEYOND_THE_LOCK = 400;
/** Connections are refused so long after a cut, in ms. */
const REFUSED_FOR = 200;

/** ms after which the jobs of a process that says nothing are others'. */
export function pastTheLock({ lockDuration, stalledInterval }: Lab): number {
  return lockDuration + 2 * stalledInterval + BEYOND_THE_LOCK;
}

/** Cuts these lines off, for so long, in ms: what is open is reset, and what is opened is refused. */
export async function cutOff(proxies: readonly TcpProxy[], forMs: number): Promise<void> {
  for (const proxy of proxies) {
    proxy.refuse();
    proxy.cut();
  }
  await delay(forMs);
  await Promise.all(proxies.map((proxy) => proxy.accept()));
}

/** Carries the strike out on a process that its failpoint has just killed or stopped, up to its being there again. */
export async function carryOut(strike: Strike, lab: Lab, victim: LabProgram): Promise<void> {
  if (strike === 'kill') {
    await victim.gone(STANDS_OR_FALLS_WITHIN);
    await victim.restart();
    return;
  }
  await victim.stopped(STANDS_OR_FALLS_WITHIN);
  if (strike === 'stop') {
    await delay(pastTheLock(lab));
    victim.resume();
    return;
  }
  const isCut = cutOff([victim.redis, victim.model], REFUSED_FOR);
  victim.resume();
  await isCut;
}
