import { setTimeout as delay } from 'node:timers/promises';
import type { FailpointName } from '@baton/shared/failpoints/failpoint';
import { task } from '../../e2e/plans.ts';
import { keyFigures, type KeyFigures } from '../checker/key-figures.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { Random } from '../fuzz/random.ts';
import type { Lab, LabOptions, LabProgram } from '../lab/lab.ts';
import { repeatCommand, type ScenarioOptions, type ScenarioReport } from './report.ts';
import { CONCURRENCY, runCases, seconds } from './run-cases.ts';
import { Session } from './session.ts';
import { cutOff } from './strike.ts';

export interface IdempotencyOptions extends ScenarioOptions {
  /** Seeds from `seed` on; 10 unless given. */
  readonly count?: number;
  /** Labs in use at a time; 2 unless given. */
  readonly lanes?: number;
}

/** Locks last so long that none is lost on a busy machine: no planner and no worker is hurt. */
const lab: LabOptions = { apis: 2, redis: { appendOnly: 'always' }, lockDuration: 15_000 };

/** An API stands still for so long at most, in ms: longer than a client waits. */
const STOPPED = 3_500;

/** How long clients go on submitting, in ms. */
const LOADED = 6_000;
const CLIENTS = 6;
const FAULT_EVERY = 600;
/** Sends of one key at once, while an API dies. */
const COPIES = 50;
const GONE_WITHIN = 3_000;
const QUIET_WITHIN = 90_000;

const places = ['submit.checked', 'submit.written', 'submit.durable', 'submit.queued'] as const;

/** Two tasks: what is looked at is how goals are taken, and that each is worked on once. */
function request(name: string): { goal: string; plan: object } {
  return {
    goal: `Find out what there is to know about ${name}.`,
    plan: { analysis: 'Planned by hand.', tasks: [task('first'), task('second', ['first'])] },
  };
}

/** Resolves when the process has died there, and its successor is ready; or that of one that nothing made die. */
async function dieAt(api: LabProgram, place: FailpointName, passing: number): Promise<number> {
  await api.restart({ FAILPOINT: `${place}:${passing}:kill` });
  await api.gone(GONE_WITHIN).catch(() => undefined);
  await api.restart();
  return 0;
}

/** Resolves when it is over, to the number of processes that may have lost their locks by it. */
type Fault = (lab: Lab, random: Random) => Promise<number>;

const faults: readonly Fault[] = [
  (hurt, random) => dieAt(random.pick(hurt.apis), random.pick(places), random.int(1, 6)),
  (hurt, random) => dieAt(random.pick(hurt.apis), random.pick(places), random.int(1, 6)),
  async ({ apis }, random) => {
    const api = random.pick(apis);
    await api.kill();
    await api.restart();
    return 0;
  },
  async ({ apis }, random) => {
    await cutOff([random.pick(apis).redis], random.int(0, 1_000));
    return 0;
  },
  async ({ apis }, random) => {
    const { redis } = random.pick(apis);
    redis.truncate(random.int(1, 3_000));
    await delay(500);
    await redis.clear();
    return 0;
  },
  async ({ apis }, random) => {
    const api = random.pick(apis);
    api.stop();
    await delay(random.int(100, STOPPED));
    api.resume();
    return 0;
  },
  async ({ redis, programs }, random) => {
    await redis.kill();
    await delay(random.int(0, 500));
    await redis.restart();
    return programs.length;
  },
];

interface Struck {
  readonly count: number;
  /** Processes that may have lost their locks. */
  readonly pastLock: number;
}

/** One fault at a time, on whatever is there. */
async function hurtUntil(stopped: AbortSignal, hurt: Lab, random: Random): Promise<Struck> {
  let count = 0;
  let pastLock = 0;
  for (let order = random.shuffled(faults); !stopped.aborted; count += 1) {
    if (order.length === 0) order = random.shuffled(faults);
    pastLock += (await order.pop()?.(hurt, random)) ?? 0;
    await delay(random.int(0, FAULT_EVERY), undefined, { signal: stopped }).catch(() => undefined);
  }
  return { count, pastLock };
}

/** Clients that cut their own connections, too, and give in only when their goal was taken. */
async function submitUntil(end: number, { client }: Session, random: Random, name: string): Promise<void> {
  const patience = (): number => (random.chance(0.3) ? random.int(1, 60) : random.int(500, 3_000));
  const run = async (lane: number): Promise<void> => {
    for (let place = 0; performance.now() < end; place += 1) {
      await client.submitKeyed(request(`${name}-${lane}-${place}`), {
        copies: random.pick([1, 1, 1, 2, 5]),
        patience,
      });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, lane) => run(lane)));
}

/** Many send one key, and one of the two APIs that they send it to dies when the goal is written. */
async function sendTogether({ apis }: Lab, { client }: Session, random: Random, name: string): Promise<void> {
  const api = random.pick(apis);
  await api.restart({ FAILPOINT: `submit.written:${random.int(1, 3)}:kill` });
  const sent = client.submitKeyed(request(`${name}-together`), { copies: COPIES });
  await api.gone(GONE_WITHIN).catch(() => undefined);
  await api.restart();
  await sent;
}

interface Played {
  readonly evidence: Evidence;
  readonly struck: Struck;
}

async function play(hurt: Lab, seed: number): Promise<Played> {
  const session = await Session.open(hurt);
  const name = `keys-${seed}`;
  const loaded = new AbortController();
  try {
    await sendTogether(hurt, session, new Random(seed, 1), name);
    const hurting = hurtUntil(loaded.signal, hurt, new Random(seed, 2));
    const submitting = submitUntil(performance.now() + LOADED, session, new Random(seed, 3), name);
    // Whoever still sends goes on until all is sound again.
    await Promise.race([submitting, delay(LOADED)]);
    loaded.abort();
    const struck = await hurting;
    await hurt.heal();
    await submitting;
    return { evidence: await session.evidence(QUIET_WITHIN), struck };
  } finally {
    loaded.abort();
    await hurt.heal();
    await session.close();
  }
}

const none: KeyFigures = { keys: 0, sent: 0, replayed: 0, unanswered: 0 };

/** Has APIs, their lines and Redis die under clients that send each goal with an Idempotency-Key until it is taken. */
export async function idempotency(options: IdempotencyOptions): Promise<ScenarioReport> {
  let sum = none;
  let struck = 0;
  const { longestRecovery, ...results } = await runCases(
    {
      cases: Array.from({ length: options.count ?? 10 }, (_, offset) => ({ seed: options.seed + offset })),
      identify: ({ seed }) => ({
        scenario: 'idempotency',
        name: `idempotency ${seed}`,
        repeat: repeatCommand('idempotency', seed, ['--keys 1']),
      }),
      async carryOut(hurt, { seed }) {
        const { evidence, struck: own } = await play(hurt, seed);
        const figures = keyFigures(evidence.client);
        // The first API dies while many send one key.
        struck += own.count + 1;
        sum = {
          keys: sum.keys + figures.keys,
          sent: sum.sent + figures.sent,
          replayed: sum.replayed + figures.replayed,
          unanswered: sum.unanswered + figures.unanswered,
        };
        return { evidence, expectations: { faultsPastLock: own.pastLock, concurrency: CONCURRENCY } };
      },
      lanes: options.lanes ?? 2,
      lab,
      casesPerLab: 5,
    },
    options,
  );
  return {
    name: 'idempotency',
    ...results,
    figures: {
      'keys, of which each made one goal': sum.keys,
      'times that they were sent': sum.sent,
      'answered with the goal of an earlier one': sum.replayed,
      'not answered, or with 5xx': sum.unanswered,
      faults: struck,
      'longest recovery, s': seconds(longestRecovery),
    },
  };
}
