import { simulateSlots, type SlotStep } from '@baton/plan/slot-simulation';
import { moreSlots, type Bottleneck } from '../contract/analytics.ts';
import type { GoalDigest } from './goal-digest.ts';
import { inOrder, rounded } from './rounding.ts';
import type { SlotHour } from './slot-hours.ts';
import { loadOf, type Load } from './simulated-load.ts';
import { slotSteps } from './slot-record.ts';

type Simulation = NonNullable<Bottleneck['simulation']>;

/** Worker types that get more slots: those that were waited for longest. */
const MOST_TYPES = 4;
function meanSeconds({ courses }: Load, endedAt: Float64Array): number {
  let sum = 0;
  for (const { places, begunAt, afterMs } of courses) {
    const end = places.reduce((latest, place) => Math.max(latest, endedAt[place] ?? 0), begunAt);
    sum += end + afterMs - begunAt;
  }
  return courses.length === 0 ? 0 : sum / courses.length / 1_000;
}

function meanSlots(steps: readonly SlotStep[], to: number): number {
  const [first] = steps;
  if (!first || steps.length === 1) return first?.slots ?? 0;
  const until = Math.max(to, (steps.at(-1)?.from ?? to) + 1);
  const sum = steps.reduce(
    (all, { from, slots }, index) => all + slots * ((steps[index + 1]?.from ?? until) - from),
    0,
  );
  return rounded(sum / (until - first.from));
}

/** Which types were waited for in the simulation, the longest first; of the others no slot can save anything. */
function waitedFor({ tasks }: Load, { startedAt, endedAt }: ReturnType<typeof simulateSlots>): string[] {
  const waits = new Map<string, number>();
  for (const [place, { workerType, dependencies, readyAt }] of tasks.entries()) {
    if (workerType === null) continue;
    const ready = dependencies.reduce((latest, each) => Math.max(latest, endedAt[each] ?? 0), readyAt);
    const wait = (startedAt[place] ?? ready) - ready;
    if (wait > 0) waits.set(workerType, (waits.get(workerType) ?? 0) + wait);
  }
  return [...waits]
    .toSorted(([one, left], [other, right]) => right - left || inOrder(one, other))
    .map(([type]) => type)
    .slice(0, MOST_TYPES);
}

/**
 * What goals would have taken with more slots of one worker type, by simulating their tasks as they were recorded; null without any.
 * @param digests the newest first.
 * @param breathe awaited between two simulations, each of which takes a fraction of a second.
 */
export async function slotSavings(
  digests: readonly GoalDigest[],
  hours: readonly SlotHour[],
  breathe: () => Promise<void>,
): Promise<Simulation | null> {
  const load = loadOf(digests);
  if (load.courses.length === 0) return null;
  const types = new Set(load.held.map(({ workerType }) => workerType));
  const steps = new Map(
    [...types].map((type) => {
      const of = (each: { readonly workerType: string }): boolean => each.workerType === type;
      return [type, slotSteps(load.held.filter(of), hours.filter(of))];
    }),
  );
  const simulated = async (stepsOf: (type: string) => readonly SlotStep[] | null) => {
    await breathe();
    return simulateSlots(load.tasks, stepsOf);
  };
  const baseline = await simulated((type) => steps.get(type) ?? null);
  const seconds = meanSeconds(load, baseline.endedAt);
  const unlimited = meanSeconds(load, (await simulated(() => null)).endedAt);
  const latest = baseline.endedAt.reduce((last, at) => Math.max(last, at), 0);
  const workerTypes: Simulation['workerTypes'] = [];
  for (const workerType of waitedFor(load, baseline)) {
    const own = steps.get(workerType) ?? [];
    const more: Simulation['workerTypes'][number]['more'] = [];
    for (const slots of moreSlots) {
      const grown = own.map((step) => ({ ...step, slots: step.slots + slots }));
      const { endedAt } = await simulated((type) =>
        type === workerType ? grown : (steps.get(type) ?? null),
      );
      const then = meanSeconds(load, endedAt);
      more.push({
        slots,
        goalSeconds: rounded(then),
        savedSeconds: rounded(seconds - then),
        savedShare: seconds === 0 ? 0 : Math.round((1 - then / seconds) * 10_000) / 10_000,
      });
    }
    workerTypes.push({ workerType, slots: meanSlots(own, latest), more });
  }
  return {
    goals: load.courses.length,
    tasks: load.held.length,
    recordedGoalSeconds: rounded(
      load.courses.reduce((sum, { recordedMs }) => sum + recordedMs, 0) / load.courses.length / 1_000,
    ),
    goalSeconds: rounded(seconds),
    unlimitedGoalSeconds: rounded(unlimited),
    workerTypes,
  };
}
