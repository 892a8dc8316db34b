import {
  ASSESSMENT_QUEUE,
  CONTROL_QUEUE,
  GOALS_QUEUE,
  SYNTHESIS_QUEUE,
  taskQueue,
} from '@baton/shared/contract/queues';
import type { Ledger } from '@baton/shared/ledger/ledger';
import {
  clearCounts,
  closingRuns,
  forgetEndedGoals,
  runClosed,
  type ClosingRun,
} from '@baton/shared/ledger/watch';
import type { RedisConnection } from '@baton/shared/redis/connection';
import type { OrchestratorSettings } from '@baton/shared/settings/settings';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { EndGoal } from '../flows/end-goal.ts';
import type { GoalsQueue } from '../flows/goals-queue.ts';
import { keptJobs } from '../flows/job-options.ts';
import type { RunSubmitter } from '../flows/submit-run.ts';
import { knownWorkerTypes } from '../planner/known-workers.ts';
import { unwantedEnder } from './end-unwanted.ts';
import { expirer } from './expire-goals.ts';
import { removeOldJobs } from './jobs-queue.ts';
import { goalRepairer } from './repair-goals.ts';
import { startWatchdog, type Duty, type Watchdog } from './watchdog.ts';

/** ms between two turns of each duty. */
const EXPIRY = 1_000;
const CLEARANCE = 2_000;
const SWEEP = 10_000;
const OLD_JOBS_SWEEP = 10 * 60_000;

/** A job in hand when its goal was ended from outside is given this long to notice, in ms. */
const TIME_TO_NOTICE = 2_000;

export interface WatchGoalsDeps {
  readonly ledger: Ledger;
  readonly redis: RedisConnection;
  readonly queue: GoalsQueue;
  readonly runs: RunSubmitter;
  readonly endGoal: EndGoal;
  readonly settings: Pick<OrchestratorSettings, 'GOAL_RETENTION' | 'LOCK_DURATION' | 'STALLED_INTERVAL'>;
  readonly logger: Logger;
  readonly onError: (error: Error) => void;
}

/** Everything that the watchdog does for goals. */
export function watchGoals(deps: WatchGoalsDeps): Watchdog {
  const { ledger, redis, settings, onError } = deps;
  // Whatever a dead process held has been taken up by another after a lock and a stalled check.
  const quietMs = 2 * (settings.LOCK_DURATION + settings.STALLED_INTERVAL);
  const oldJobs = async (): Promise<void> => {
    const types = (await knownWorkerTypes(ledger)).map(({ type }) => taskQueue(type));
    const queues = [GOALS_QUEUE, SYNTHESIS_QUEUE, ASSESSMENT_QUEUE, CONTROL_QUEUE, ...types];
    const ageMs = keptJobs(settings.GOAL_RETENTION).age * 1_000;
    await removeOldJobs(queues, redis, ledger.keyspace.queuePrefix, ageMs);
  };
  return startWatchdog(
    ledger,
    [
      { every: EXPIRY, run: expirer(deps) },
      { every: SWEEP, run: unwantedEnder(deps) },
      { every: quietMs / 4, run: goalRepairer({ ...deps, quietMs }) },
      { every: CLEARANCE, run: runClearer(deps) },
      { every: SWEEP, run: (stopped) => forgetAll(ledger, stopped) },
      { every: SWEEP, run: () => clearCounts(ledger) },
      { every: OLD_JOBS_SWEEP, run: oldJobs },
    ],
    onError,
  );
}

/** Removes what goals that were cancelled or expired have left in the queues. */
function runClearer({ ledger, runs, onError }: WatchGoalsDeps): Duty['run'] {
  async function clear(run: ClosingRun): Promise<void> {
    if (await runs.clear(run)) await runClosed(ledger, run);
  }
  return async (stopped) => {
    for (const run of await closingRuns(ledger, TIME_TO_NOTICE)) {
      if (stopped.aborted) return;
      await clear(run).catch(onError);
    }
  };
}

async function forgetAll(ledger: Ledger, stopped: AbortSignal): Promise<void> {
  for (let found = 1; found > 0 && !stopped.aborted;) found = await forgetEndedGoals(ledger);
}
