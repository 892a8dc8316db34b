import type { Evidence } from '../evidence/evidence.ts';
import { Random } from '../fuzz/random.ts';
import type { Lab } from '../lab/lab.ts';
import { disturbances } from './disturbances.ts';
import { atTimes, hurtLab, Hurts } from './hurt-run.ts';
import { repeatCommand, type ScenarioOptions, type ScenarioReport } from './report.ts';
import { plannedGoal, unplannedGoal } from './requests.ts';
import { CONCURRENCY, runCases, seconds } from './run-cases.ts';
import { Session } from './session.ts';

export interface SchedulesOptions extends ScenarioOptions {
  /** Seeds from `seed` on; 10 unless given. */
  readonly count?: number;
  /** Labs in use at a time; 2 unless given. */
  readonly lanes?: number;
}

/** A run is between so long and so long, in ms. */
const SHORTEST = 8_000;
const LONGEST = 12_000;
const QUIET_WITHIN = 90_000;
/** Goals that are sent with an Idempotency-Key, until they are taken. */
const KEYED = 0.4;

interface Played {
  readonly evidence: Evidence;
  readonly hurts: Hurts;
}

function requestOf(random: Random, name: string, sinkUrl: string): ReturnType<typeof plannedGoal> {
  const request = random.chance(0.25)
    ? unplannedGoal(random, name)
    : plannedGoal(random, name, random.int(4, 12));
  return random.chance(0.3) ? { ...request, webhook: { url: sinkUrl } } : request;
}

/** Plays one schedule: goals and disturbances at times that the seed decides. */
async function play(lab: Lab, seed: number): Promise<Played> {
  const random = new Random(seed);
  const session = await Session.open(lab);
  const hurts = new Hurts(lab, session, random);
  const length = random.int(SHORTEST, LONGEST);
  const submissions: Promise<unknown>[] = [];
  const goals = Array.from({ length: random.int(24, 40) }, (_, place) => {
    const request = requestOf(random, `schedule-${seed}-${place}`, lab.sink.url);
    const submit = random.chance(KEYED) ? 'submitKeyed' : 'submit';
    return {
      at: random.int(0, length - 1_000),
      what: () => void submissions.push(session.client[submit](request)),
    };
  });
  const faults = Array.from({ length: random.int(5, 10) }, () => {
    const disturbance = random.pick(disturbances);
    return { at: random.int(500, length), what: () => hurts.start(disturbance) };
  });
  try {
    await atTimes([...goals, ...faults], (act) => act());
    await hurts.over();
    await lab.heal();
    await Promise.all(submissions);
    return { evidence: await session.evidence(QUIET_WITHIN), hurts };
  } finally {
    await lab.heal();
    await Promise.allSettled(submissions);
    await session.close();
  }
}

/** Random faults at random moments of a random load, each schedule decided by its seed. */
export async function schedules(options: SchedulesOptions): Promise<ScenarioReport> {
  const count = { goals: 0, faults: 0 };
  const { longestRecovery, ...results } = await runCases(
    {
      cases: Array.from({ length: options.count ?? 10 }, (_, offset) => ({ seed: options.seed + offset })),
      identify: ({ seed }) => ({
        scenario: 'schedules',
        name: `schedule ${seed}`,
        repeat: repeatCommand('schedules', seed, ['--schedules 1']),
      }),
      async carryOut(lab, { seed }) {
        const { evidence, hurts } = await play(lab, seed);
        count.goals += evidence.goals.length;
        count.faults += hurts.done.length;
        return { evidence, expectations: { ...hurts.excuse, concurrency: CONCURRENCY } };
      },
      lanes: options.lanes ?? 2,
      lab: hurtLab,
      casesPerLab: 10,
    },
    options,
  );
  return {
    name: 'random schedules',
    ...results,
    figures: { ...count, 'longest recovery, s': seconds(longestRecovery) },
  };
}
