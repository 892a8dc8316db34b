import { setTimeout as delay } from 'node:timers/promises';
import type { Violation } from '../checker/violation.ts';
import { grouped } from '../checker/grouped.ts';
import { repeatRate } from '../checker/repeats.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { Random } from '../fuzz/random.ts';
import type { Lab } from '../lab/lab.ts';
import { disturbances } from './disturbances.ts';
import { hurtLab, Hurts, type Hurt } from './hurt-run.ts';
import { recoveryTimes } from './recovery.ts';
import {
  repeatCommand,
  type ScenarioOptions,
  type ScenarioReport,
  type ScenarioViolation,
} from './report.ts';
import { plannedGoal } from './requests.ts';
import { CONCURRENCY, runCases, seconds } from './run-cases.ts';
import { Session } from './session.ts';

export interface ContinuousOptions extends ScenarioOptions {
  /** 120 unless given. */
  readonly goals?: number;
  /** 10 unless given. */
  readonly tasksPerGoal?: number;
  /** ms between two faults; 1,500 unless given. */
  readonly faultEvery?: number;
  /** Goals open at a time; 24 unless given. */
  readonly open?: number;
  /** No more goals are submitted after so long, in ms; 60,000 unless given. */
  readonly longest?: number;
}

const QUIET_WITHIN = 180_000;
/** A goal whose end is not seen within this time makes room for another, in ms. */
const GIVEN_UP_AFTER = 120_000;
/** Goals that are sent with an Idempotency-Key, until they are taken. */
const KEYED = 0.4;
/** Before another goal is sent to an API that did not take one, in ms. */
const AFTER_REFUSAL = 200;

type Load = Required<Pick<ContinuousOptions, 'goals' | 'tasksPerGoal' | 'open' | 'longest'>>;

/** Keeps so many goals open until there have been enough, or the time is over. */
async function submitAll(session: Session, random: Random, load: Load): Promise<void> {
  const until = performance.now() + load.longest;
  const sinkUrl = session.lab.sink.url;
  let wanted = load.goals;
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (wanted > 0 && performance.now() < until) {
      wanted -= 1;
      sent += 1;
      const request = plannedGoal(random, `continuous-${sent}`, load.tasksPerGoal);
      const webhook = random.chance(0.2) ? { webhook: { url: sinkUrl } } : {};
      const submit = random.chance(KEYED) ? 'submitKeyed' : 'submit';
      const answer = await session.client[submit]({ ...request, ...webhook });
      if (answer.kind === 'accepted') {
        await Promise.race([
          session.client.follow(answer.goalId).rests,
          delay(GIVEN_UP_AFTER, undefined, { ref: false }),
        ]);
      } else {
        // What counts is goals that were accepted: another one makes up for it, under a text of its own.
        wanted += answer.kind === 'refused' ? 1 : 0;
        await delay(AFTER_REFUSAL);
      }
    }
  };
  await Promise.all(Array.from({ length: load.open }, lane));
}

/** Disturbs in a random order in which every kind comes before any comes again, until told to stop. */
async function disturb(hurts: Hurts, random: Random, every: number, stopped: AbortSignal): Promise<void> {
  for (let order = random.shuffled(disturbances); !stopped.aborted;) {
    const disturbance = order.pop();
    if (disturbance) hurts.start(disturbance);
    else order = random.shuffled(disturbances);
    await delay(disturbance ? every : 0, undefined, { signal: stopped }).catch(() => undefined);
  }
}

interface Played {
  readonly evidence: Evidence;
  readonly hurts: Hurts;
}

async function play(lab: Lab, seed: number, load: Load, every: number): Promise<Played> {
  const session = await Session.open(lab);
  const hurts = new Hurts(lab, session, new Random(seed, 1));
  const loaded = new AbortController();
  try {
    const disturbing = disturb(hurts, new Random(seed, 2), every, loaded.signal);
    await submitAll(session, new Random(seed), load);
    loaded.abort();
    await disturbing;
    await hurts.over();
    await lab.heal();
    return { evidence: await session.evidence(QUIET_WITHIN), hurts };
  } finally {
    loaded.abort();
    await session.close();
  }
}

/** How often each kind struck, and the longest that a task under way at one of them took to end after it. */
function byKind(evidence: Evidence, hurts: readonly Hurt[]): string {
  return [...grouped(hurts, ({ kind }) => kind)]
    .sort(([left], [right]) => left.localeCompare(right))
    .map(
      ([kind, each]) =>
        `${kind} ${each.length} (${seconds(recoveryTimes(evidence, momentsOf(each)).longest)} s)`,
    )
    .join(', ');
}

function momentsOf(hurts: readonly Hurt[]): number[] {
  return hurts.map(({ at }) => at);
}

function goalsOf(violations: readonly ScenarioViolation[], invariant: Violation['invariant']): number {
  return new Set(
    violations.flatMap((each) => (each.invariant === invariant && each.goalId ? [each.goalId] : [])),
  ).size;
}

/** Faults without a pause over a load that never ends before its time. */
export async function continuous(options: ContinuousOptions): Promise<ScenarioReport> {
  const { seed, goals = 120, tasksPerGoal = 10, faultEvery = 1_500, open = 24, longest = 60_000 } = options;
  const load: Load = { goals, tasksPerGoal, open, longest };
  let played: Played | null = null;
  const results = await runCases(
    {
      cases: [{ seed }],
      identify: () => ({
        scenario: 'continuous',
        name: `continuous ${seed}`,
        repeat: repeatCommand('continuous', seed, [
          `--goals ${goals} --tasks ${tasksPerGoal} --fault-every ${faultEvery} --open ${open} --longest ${longest}`,
        ]),
      }),
      async carryOut(lab) {
        played = await play(lab, seed, load, faultEvery);
        const { evidence, hurts } = played;
        return { evidence, expectations: { ...hurts.excuse, concurrency: CONCURRENCY } };
      },
      lanes: 1,
      lab: hurtLab,
      casesPerLab: 1,
    },
    options,
  );
  const { cases, violations, tookMs, longestRecovery } = results;
  const figures = played === null ? {} : figuresOf(played, violations);
  const atRest = { 'at rest after the last fault, s': seconds(longestRecovery) };
  return { name: 'continuous faults', cases, violations, figures: { ...figures, ...atRest }, tookMs };
}

function figuresOf(
  { evidence, hurts }: Played,
  violations: readonly ScenarioViolation[],
): ScenarioReport['figures'] {
  const { paid, repeated, rate } = repeatRate(evidence);
  const times = recoveryTimes(evidence, momentsOf(hurts.done));
  const kinds = new Set(hurts.done.map(({ kind }) => kind));
  return {
    goals: evidence.goals.length,
    tasks: evidence.goals.reduce((sum, { goal }) => sum + (goal?.tasks.length ?? 0), 0),
    faults: hurts.done.length,
    'kinds of faults': kinds.size,
    'faults by kind, and the longest recovery': byKind(evidence, hurts.done),
    'goals lost': goalsOf(violations, 'terminal-state'),
    'goals with tasks recorded twice': goalsOf(violations, 'task-outcome'),
    'paid calls': paid,
    'of them repeated': `${repeated} (${(rate * 100).toFixed(2)} %)`,
    'a task under way at a fault ended after, s': `median ${seconds(times.median)}, p95 ${seconds(times.p95)}, longest ${seconds(times.longest)}`,
  };
}
