import { setTimeout as delay } from 'node:timers/promises';
import { repeatRate } from '../checker/repeats.ts';
import { Random } from '../fuzz/random.ts';
import type { Lab } from '../lab/lab.ts';
import { openLab } from '../lab/open-lab.ts';
import { disturbances } from './redis/disturbances.ts';
import { failovers } from './redis/failover.ts';
import { clusterCases, sentinelCases } from './redis/fleets.ts';
import { fullMemory } from './redis/full-memory.ts';
import { Load } from './redis/load.ts';
import { firstJobs } from './redis/recovery.ts';
import type { Recovery, RedisCase } from './redis/redis-case.ts';
import { restarts } from './redis/restarts.ts';
import {
  repeatCommand,
  type ScenarioOptions,
  type ScenarioReport,
  type ScenarioViolation,
} from './report.ts';
import { Session } from './session.ts';
import { judge, notCarriedOut, type CaseIdentity } from './verdict.ts';

export interface RedisFaultsOptions extends ScenarioOptions {
  /** A case or two of one round each. */
  readonly short?: boolean;
  readonly of?: RedisKind;
}

/** One server, perhaps with a replica that is promoted by hand; or several that see to it themselves. */
type RedisKind = 'redis' | 'cluster' | 'sentinel';

/** Tasks of one type that a worker takes at a time: few, so that there is always a job that waits. */
const WORKER_CONCURRENCY = 2;
/** Model calls of one process at a time. */
const CONCURRENCY = 8 * WORKER_CONCURRENCY;
/** ms per piece of an answer, so that calls are under way whenever something happens. */
const MODEL_PACE = 3;
/** ms from Redis's coming back to the first job taken, at most. */
const FIRST_JOB_WITHIN = 3_000;
const WARM_AFTER = 3;
const FLOWS_WITHIN = 30_000;
const QUIET_WITHIN = 90_000;

const all: Readonly<Record<RedisKind, readonly RedisCase[]>> = {
  redis: [...restarts, ...failovers, ...fullMemory, ...disturbances],
  cluster: clusterCases,
  sentinel: sentinelCases,
};
const reportNames: Readonly<Record<RedisKind, string>> = {
  redis: 'Redis faults',
  cluster: 'Redis Cluster',
  sentinel: 'Redis Sentinel',
};
const shortOnes: ReadonlySet<string> = new Set(['killed, AOF everysec', 'scripts flushed', 'primary killed']);

function casesOf(kind: RedisKind, { short, only }: RedisFaultsOptions): RedisCase[] {
  const wanted = all[kind].filter(({ name }) => only === undefined || name.includes(only));
  return short
    ? wanted.filter(({ name }) => shortOnes.has(name)).map((each) => ({ ...each, rounds: 1 }))
    : wanted;
}

interface CaseResult {
  readonly violations: readonly ScenarioViolation[];
  readonly goals: number;
  readonly paid: number;
  readonly repeated: number;
  /** ms, for each time that Redis came back. */
  readonly firstJobs: readonly number[];
}

function openCaseLab({ lab }: RedisCase, root: string | undefined): Promise<Lab> {
  return openLab({
    ...lab,
    ...(root !== undefined && { root }),
    emulator: { EMULATOR_PACE: String(MODEL_PACE) },
    environment: { WORKER_CONCURRENCY: String(WORKER_CONCURRENCY), ...lab.environment },
  });
}

/** Hurts Redis under load, once per round; `complain` is told what the checker can't see. */
async function hurtInRounds(
  each: RedisCase,
  {
    lab,
    load,
    random,
    complain,
  }: { lab: Lab; load: Load; random: Random; complain: (message: string) => void },
): Promise<Recovery[]> {
  const recoveries: Recovery[] = [];
  await load.flows(0, WARM_AFTER, FLOWS_WITHIN);
  for (let round = 0; round < each.rounds; round += 1) {
    await delay(random.int(0, 1_500));
    recoveries.push(...(await each.hurt({ lab, load, random, round, complain })));
    await load.flows(Date.now(), WARM_AFTER, FLOWS_WITHIN);
  }
  return recoveries;
}

function overdue(times: readonly (number | null)[]): string[] {
  return times
    .filter((ms) => ms === null || ms > FIRST_JOB_WITHIN)
    .map(
      (ms) =>
        `The first job after Redis was back ${ms === null ? 'was never taken' : `was taken after ${ms} ms`}.`,
    );
}

async function runCase(
  each: RedisCase,
  lab: Lab,
  random: Random,
  identity: CaseIdentity,
): Promise<CaseResult> {
  const session = new Session(lab);
  const load = new Load(lab, session.client, random, identity.name);
  const complaints: string[] = [];
  try {
    load.start();
    const complain = (message: string): void => void complaints.push(message);
    const recoveries = await hurtInRounds(each, { lab, load, random, complain });
    await load.stop();
    const evidence = await session.evidence(QUIET_WITHIN);
    const times = firstJobs(evidence, recoveries);
    const faultsPastLock = each.rounds * (each.pastLock ?? lab.planners.length + lab.workers.length);
    const { except = [] } = each;
    const found = judge(lab, identity, evidence, { faultsPastLock, concurrency: CONCURRENCY, except });
    const more = [...complaints, ...overdue(times)].flatMap((text) =>
      notCarriedOut(lab, identity, new Error(text)),
    );
    const { paid, repeated } = repeatRate(evidence);
    return {
      violations: [...found, ...more],
      goals: evidence.goals.length,
      paid,
      repeated,
      firstJobs: times.filter((ms) => ms !== null),
    };
  } finally {
    await lab.heal();
    await load.stop();
    await session.close();
  }
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(2);
}

function inWords({ goals, paid, repeated, firstJobs: times }: CaseResult): string {
  const first = times.length === 0 ? '' : `, first job after ${seconds(Math.max(...times))} s at most`;
  return `${goals} goals, ${repeated} of ${paid} calls repeated${first}`;
}

/** Hurts the Redis under a Baton that has work to do, in every way that is known, and looks at what becomes of its goals. */
export async function redisFaults(options: RedisFaultsOptions): Promise<ScenarioReport> {
  const startedAt = performance.now();
  const { of: kind = 'redis' } = options;
  const cases = casesOf(kind, options);
  const results = new Map<string, CaseResult>();
  const violations: ScenarioViolation[] = [];
  for (const [place, each] of cases.entries()) {
    const { name } = each;
    const repeat = repeatCommand(kind, options.seed, ['--only', `"${name}"`]);
    const identity: CaseIdentity = { scenario: kind, name, repeat };
    const began = performance.now();
    const random = new Random(
      options.seed,
      all[kind].findIndex((other) => other.name === name),
    );
    let lab: Lab | null = null;
    let found: readonly ScenarioViolation[];
    try {
      lab = await openCaseLab(each, options.root);
      const result = await runCase(each, lab, random, identity);
      results.set(name, result);
      found = result.violations;
    } catch (error) {
      found = notCarriedOut(lab, identity, error as Error);
    }
    await lab?.close();
    violations.push(...found);
    const result = results.get(name);
    const took = seconds(performance.now() - began);
    options.log(
      `${found.length === 0 ? 'ok  ' : 'FAIL'} ${place + 1}/${cases.length} ${name} (${took} s)${result ? `: ${inWords(result)}` : ''}`,
    );
    for (const { invariant, goalId, message } of found)
      options.log(`     ${invariant} ${goalId ?? ''} ${message}`);
  }
  const sum = (of: (result: CaseResult) => number): number =>
    [...results.values()].reduce((total, each) => total + of(each), 0);
  const count = (invariant: string): number =>
    violations.filter((each) => each.invariant === invariant).length;
  const times = [...results.values()].flatMap((each) => each.firstJobs);
  return {
    name: reportNames[kind],
    cases: cases.length,
    violations,
    figures: {
      goals: sum((each) => each.goals),
      'goals lost': count('terminal-state'),
      'double outcomes': count('task-outcome'),
      'calls paid': sum((each) => each.paid),
      'calls paid again': sum((each) => each.repeated),
      'longest time to the first job, s': times.length === 0 ? 'not measured' : seconds(Math.max(...times)),
      ...Object.fromEntries([...results].map(([name, result]) => [name, inWords(result)])),
    },
    tookMs: performance.now() - startedAt,
  };
}
