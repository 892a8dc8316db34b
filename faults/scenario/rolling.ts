/**
 * Every process is replaced under load, one after the other: SIGTERM, its exit, the next one ready, then on to the next. Nothing of
 * it is a fault, so nothing is excused: every goal succeeds, no call is made twice, no caller is turned away for good.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, type BatonClient } from '@baton/client';
import { repeatRate, sum } from '../checker/repeats.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { Random } from '../fuzz/random.ts';
import type { Lab, LabProgram } from '../lab/lab.ts';
import { openLab } from '../lab/open-lab.ts';
import { openBalancer } from '../proxy/balancer.ts';
import { repeatCommand, type ScenarioOptions, type ScenarioReport } from './report.ts';
import { plannedGoal, unplannedGoal } from './requests.ts';
import { CONCURRENCY, seconds } from './run-cases.ts';
import { Session } from './session.ts';
import { judge, notCarriedOut, type CaseIdentity } from './verdict.ts';

export interface RollingOptions extends ScenarioOptions {
  /** Times that every process is replaced; 2 unless given. */
  readonly rounds?: number;
  /** An older build that all processes begin with: the first round is an upgrade to this one. */
  readonly from?: string | undefined;
}

/** Goals open at a time. */
const OPEN = 10;
const UNPLANNED = 0.3;
const WITH_WEBHOOK = 0.2;
const QUIET_WITHIN = 90_000;
const GIVEN_UP_AFTER = 60_000;
/** ms. Nobody dies here, so that no lock may be lost; shorter ones expire when a machine is busy with starting processes. */
const LOCKS = { lockDuration: 10_000, stalledInterval: 2_000 };
/** ms per piece of an answer: calls take long enough to be under way whenever a process is told to go. */
const MODEL_PACE = 8;

interface Turn {
  /** ms from SIGTERM until the next one was ready. */
  readonly tookMs: number;
}

/** Callers of the library, with its own retries, who read what they submit until it has ended. */
class Callers {
  readonly failures: string[] = [];
  calls = 0;
  readonly #session: Session;
  readonly #client: BatonClient;
  readonly #random: Random;
  #isStopping = false;
  #submitted = 0;

  constructor(session: Session, url: string, random: Random) {
    this.#session = session;
    this.#client = createClient({ baseUrl: url });
    this.#random = random;
  }

  async run(): Promise<void> {
    while (!this.#isStopping) {
      const goalId = await this.#tried(() => this.#submit());
      if (goalId !== null) await this.#watch(goalId);
    }
  }

  stop(): void {
    this.#isStopping = true;
  }

  #submit(): Promise<string> {
    this.#submitted += 1;
    const name = `rolling ${this.#submitted}`;
    const request = this.#random.chance(UNPLANNED)
      ? unplannedGoal(this.#random, name)
      : plannedGoal(this.#random, name, this.#random.int(4, 8));
    const webhook = this.#random.chance(WITH_WEBHOOK) ? { webhook: { url: this.#session.lab.sink.url } } : {};
    const goal = { ...request, ...webhook };
    return this.#session.client.noted(goal, async () => (await this.#client.goals.create(goal)).id);
  }

  async #watch(goalId: string): Promise<void> {
    const until = performance.now() + GIVEN_UP_AFTER;
    while (performance.now() < until) {
      const goal = await this.#tried(() => this.#client.goals.get(goalId));
      if (goal !== null && goal.finishedAt !== null) return;
      await this.#tried(() => this.#client.goals.list({ limit: 5 }));
      await delay(100);
    }
  }

  async #tried<T>(call: () => Promise<T>): Promise<T | null> {
    this.calls += 1;
    try {
      return await call();
    } catch (error) {
      this.failures.push((error as Error).message);
      return null;
    }
  }
}

async function replaceAll(
  programs: readonly LabProgram[],
  from: string | undefined,
  root: string | undefined,
): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (const program of programs) {
    const startedAt = performance.now();
    await program.replace(from === undefined ? undefined : (root ?? process.cwd()));
    turns.push({ tookMs: performance.now() - startedAt });
  }
  return turns;
}

interface Played {
  readonly evidence: Evidence;
  readonly turns: readonly Turn[];
  readonly calls: number;
  readonly failures: readonly string[];
}

async function play(lab: Lab, { seed, rounds = 2, from, root, log }: RollingOptions): Promise<Played> {
  const session = new Session(lab);
  const balancer = await openBalancer(lab.apis.map(({ url }) => portOf(url)));
  const callers = new Callers(session, balancer.url, new Random(seed));
  try {
    const running = Promise.all(Array.from({ length: OPEN }, () => callers.run()));
    const turns: Turn[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      turns.push(...(await replaceAll(lab.programs, from, root)));
      log(`round ${round} of ${rounds}: ${lab.programs.length} processes replaced`);
    }
    callers.stop();
    await running;
    const evidence = await session.evidence(QUIET_WITHIN);
    return { evidence, turns, calls: callers.calls, failures: callers.failures };
  } finally {
    callers.stop();
    await session.close();
    await balancer.close();
  }
}

function portOf(url: string | null): { host: string; port: number } {
  const { hostname, port } = new URL(url ?? '');
  return { host: hostname, port: Number(port) };
}

/** What the checker does not look at: callers that failed, and goals that tell of calls that may have been repeated. */
function complaintsOf({ evidence, failures }: Played): string[] {
  const unsure = evidence.goals.filter(({ goal }) => (goal?.usage.possiblyRepeatedCalls ?? 0) > 0);
  return [
    ...failures.map((message) => `A call of the client failed for good: ${message}`),
    ...unsure.map(({ goalId }) => `${goalId} tells of calls that may have been repeated.`),
  ];
}

/** Two APIs, two planners and three workers, each replaced while the others go on. */
export async function rolling(options: RollingOptions): Promise<ScenarioReport> {
  const { seed, rounds = 2, from, root } = options;
  const startedAt = performance.now();
  const more = [`--rounds ${rounds}`, ...(from === undefined ? [] : [`--from ${from}`])];
  const name = from === undefined ? 'rolling restart' : 'rolling upgrade';
  const identity: CaseIdentity = { scenario: 'rolling', name, repeat: repeatCommand('rolling', seed, more) };
  const first = from ?? root;
  let lab: Lab | null = null;
  let played: Played | null = null;
  const violations = [];
  try {
    lab = await openLab({
      apis: 2,
      planners: 2,
      workers: 3,
      ...LOCKS,
      emulator: { EMULATOR_PACE: String(MODEL_PACE) },
      ...(first !== undefined && { root: first }),
    });
    const seen = await play(lab, options);
    played = seen;
    const expectations = { faultsPastLock: 0, concurrency: CONCURRENCY, minSuccess: 1 };
    violations.push(...judge(lab, identity, seen.evidence, expectations, complaintsOf(seen)));
  } catch (error) {
    violations.push(...notCarriedOut(lab, identity, error as Error));
  } finally {
    await lab?.close();
  }
  const verdict = violations.length === 0 ? 'ok  ' : 'FAIL';
  options.log(`${verdict} ${name} (${seconds(performance.now() - startedAt)} s)`);
  for (const { invariant, goalId, message } of violations)
    options.log(`     ${invariant}: ${goalId ?? ''} ${message}`);
  return {
    name,
    cases: 1,
    violations,
    figures: played === null ? {} : figuresOf(played),
    tookMs: performance.now() - startedAt,
  };
}

function figuresOf({ evidence, turns, calls, failures }: Played): ScenarioReport['figures'] {
  const { paid, repeated } = repeatRate(evidence);
  const { readers } = evidence.client;
  const cutOff = readers.filter(
    ({ connections }) => connections.filter(({ events }) => events.length > 0).length > 1,
  );
  return {
    'processes replaced': turns.length,
    'longest from SIGTERM to the next one ready, s': seconds(Math.max(...turns.map(({ tookMs }) => tookMs))),
    goals: evidence.goals.length,
    'of them succeeded': evidence.goals.filter(({ goal }) => goal?.status === 'succeeded').length,
    tasks: sum(evidence.goals, ({ goal }) => goal?.tasks.length ?? 0),
    'paid calls': paid,
    'of them repeated': repeated,
    'calls of the client': calls,
    'of them failed for good': failures.length,
    'readers of events': readers.length,
    'of them that were cut off and came back': cutOff.length,
  };
}
