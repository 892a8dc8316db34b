import { setImmediate as nextTurn } from 'node:timers/promises';
import { daysBetween } from '../contract/usage-report.ts';
import { MOST_GOALS, type AnalyticsPeriod, type AnalyticsReport } from '../contract/analytics.ts';
import { terminalGoalStatuses } from '../contract/goal-status.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { criticalShares } from './critical-time.ts';
import { errorPatterns } from './error-patterns.ts';
import { feedbackOf } from './feedback-totals.ts';
import { readDigests, type DigestLimits, type Digests } from './read-digests.ts';
import { reviewScores } from './review-scores.ts';
import { readSlotHours, type SlotHour } from './slot-hours.ts';
import { slotSavings } from './slot-savings.ts';
import { secondsOf, taskDistributions } from './task-distribution.ts';
import { utilisationOf } from './utilisation.ts';

const usualLimits: DigestLimits = { most: MOST_GOALS, mostLookedAt: 5 * MOST_GOALS, atOnce: 8 };

/** How a tenant's goals went. Rejects with the signal's reason once it is aborted. */
export async function readAnalytics(
  ledger: Ledger,
  tenant: string,
  period: AnalyticsPeriod,
  signal: AbortSignal,
  limits: DigestLimits = usualLimits,
): Promise<AnalyticsReport> {
  const hours = await readSlotHours(ledger, period.from, period.to, Date.now());
  const digests = await readDigests(ledger, tenant, period, limits, signal);
  return analyticsOf(period, digests, hours, limits.most, async () => {
    await nextTurn();
    signal.throwIfAborted();
  });
}

/** @param breathe awaited between two parts that take long. */
export async function analyticsOf(
  period: AnalyticsPeriod,
  { goals, hasMore, open }: Digests,
  hours: readonly SlotHour[],
  most: number,
  breathe: () => Promise<void>,
): Promise<AnalyticsReport> {
  const { from, to, recipe, labels } = period;
  const digests = goals.map(({ digest }) => digest);
  const statuses = terminalGoalStatuses.map((status) => [
    status,
    digests.filter((digest) => digest.status === status).length,
  ]);
  const oldest = digests.at(-1);
  const simulation = await slotSavings(digests, hours, breathe);
  await breathe();
  const shares = criticalShares(digests);
  await breathe();
  const tasks = taskDistributions(digests);
  await breathe();
  const reviews = reviewScores(digests);
  await breathe();
  return {
    from,
    to,
    recipe,
    labels: { ...labels },
    goals: {
      considered: digests.length,
      most,
      hasMore,
      open,
      oldestCreatedAt: oldest ? new Date(oldest.createdAt).toISOString() : null,
      statuses: Object.fromEntries(statuses) as AnalyticsReport['goals']['statuses'],
      seconds: secondsOf(digests.map(({ begunAt, finishedAt }) => finishedAt - begunAt)),
    },
    tasks,
    utilisation: utilisationOf(hours, daysBetween(from, to)),
    bottleneck: { ...shares, simulation },
    errors: errorPatterns(digests),
    reviews,
    feedback: feedbackOf(goals),
    warnings: warningsOf(digests.length, hasMore, simulation),
  };
}

function warningsOf(
  considered: number,
  hasMore: boolean,
  simulation: AnalyticsReport['bottleneck']['simulation'],
): string[] {
  const warnings: string[] = [];
  if (hasMore) {
    warnings.push(
      `Only the newest ${considered} goals of these days were considered: ask for fewer days, a recipe or a label.`,
    );
  }
  if (simulation && simulation.goals > 0 && isFarOff(simulation)) {
    warnings.push(
      `As simulated, a goal takes ${simulation.goalSeconds} s in the mean, and it took ${simulation.recordedGoalSeconds} s: do not lean on what more slots would save.`,
    );
  }
  return warnings;
}

/** More than a quarter, and more than half a second. */
function isFarOff({
  goalSeconds,
  recordedGoalSeconds,
}: {
  goalSeconds: number;
  recordedGoalSeconds: number;
}): boolean {
  const off = Math.abs(goalSeconds - recordedGoalSeconds);
  return off > 0.5 && off > recordedGoalSeconds / 4;
}
