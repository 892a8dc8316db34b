import type { BatonClient } from '../../client.ts';
import type { Stats, WorkerTypeStats } from '../../contract/fleet.ts';
import { BatonError, ConnectionError } from '../../errors.ts';
import { durationText } from '../../progress/quantities.ts';
import { ok, problem, warning, type Finding } from './finding.ts';

/** What may wait so long, in ms, may be a burst; longer means that there are too few workers. */
const LONG_WAIT = 60_000;

/** Whether somebody takes every kind of task, and how long the oldest has waited. */
export async function checkWorkers(client: BatonClient, signal: AbortSignal): Promise<Finding[]> {
  try {
    return findingsOf(await client.stats.get({ signal }));
  } catch (error) {
    if (!(error instanceof BatonError || error instanceof ConnectionError)) throw error;
    return [
      warning(
        'workers',
        `the server does not tell: ${error.message}`,
        'Look at its logs, or at its version.',
      ),
    ];
  }
}

function findingsOf({ workerTypes, planning, synthesis }: Stats): Finding[] {
  const findings = [presence(workerTypes)];
  const oldest = Math.max(
    0,
    ...[...workerTypes, planning, synthesis].map(({ oldestWaitingMs }) => oldestWaitingMs ?? 0),
  );
  const slow = workerTypes.filter(({ oldestWaitingMs }) => (oldestWaitingMs ?? 0) > LONG_WAIT);
  if (oldest <= LONG_WAIT) return [...findings, ok('queues', 'nothing waits for long')];
  const where = slow.length > 0 ? names(slow) : 'planning or synthesis';
  return [
    ...findings,
    warning('queues', `the oldest job has waited ${durationText(oldest)} (${where})`, remedyFor(slow)),
  ];
}

function remedyFor(slow: readonly WorkerTypeStats[]): string {
  if (slow.length === 0) return 'Start more processes with ROLE=planner.';
  if (slow.some(({ slots, slotsWanted }) => !(slotsWanted <= slots)))
    return 'Start more workers of these types.';
  return 'More workers would not help now: the limits of their models hold calls back, or their queues are paused.';
}

function presence(types: readonly WorkerTypeStats[]): Finding {
  const absent = types.filter(({ workers }) => workers === 0);
  const slots = types.reduce((total, type) => total + type.slots, 0);
  if (absent.length === 0) return ok('workers', `every worker type has workers; ${slots} slots in all`);
  const remedy = 'Start workers, and look at their WORKER_TYPES.';
  const stuck = absent.filter(({ waiting }) => waiting > 0);
  if (stuck.length > 0)
    return problem('workers', `tasks wait, and no worker takes them: ${names(stuck)}`, remedy);
  return absent.length === types.length
    ? problem('workers', 'no worker is there', remedy)
    : warning('workers', `no worker takes ${names(absent)}`, remedy);
}

function names(types: readonly WorkerTypeStats[]): string {
  return types.map(({ type }) => type).join(', ');
}
