import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../../e2e/emulator.ts';
import type { Random } from '../fuzz/random.ts';
import type { Lab, LabProgram, LabRole } from '../lab/lab.ts';
import type { TcpProxy } from '../proxy/tcp-proxy.ts';
import { programsOf } from './programs-of.ts';
import type { Session } from './session.ts';
import { cutOff, pastTheLock } from './strike.ts';

/** Where a disturbance takes place. */
export interface Stage {
  readonly lab: Lab;
  readonly session: Session;
  readonly random: Random;
  /** Programs that another disturbance has in its hands; to be left alone. */
  readonly busy: Set<LabProgram>;
}

/** What a disturbance excuses. */
export interface Excuse {
  /** Processes that may have lost their locks by it. */
  readonly faultsPastLock: number;
  /** Answers of the model that may have been paid for and lost by it. */
  readonly lostAnswers: number;
}

export interface Disturbance {
  readonly kind: string;
  /** Resolves when it is over; to null when there was nothing to disturb. */
  readonly run: (stage: Stage) => Promise<Excuse | null>;
}

const nothingLost: Excuse = { faultsPastLock: 0, lostAnswers: 0 };
const oneLost: Excuse = { faultsPastLock: 1, lostAnswers: 0 };
/** A process that stands still, or is cut off, for longer than this may lose a lock, in ms. */
const LOCK_AT_RISK = 700;

const roles: readonly LabRole[] = ['api', 'planner', 'worker'];
/** A worker twice as often. */
const anyRole: readonly LabRole[] = ['api', 'planner', 'worker', 'worker'];

/** Does it to a program that is in nobody's hands. */
function toProgram(
  among: readonly LabRole[],
  hurt: (program: LabProgram, stage: Stage) => Promise<Excuse>,
): Disturbance['run'] {
  return async (stage) => {
    const free = programsOf(stage.lab, stage.random.pick(among)).filter(
      (program) => !stage.busy.has(program),
    );
    if (free.length === 0) return null;
    const program = stage.random.pick(free);
    stage.busy.add(program);
    try {
      return await hurt(program, stage);
    } finally {
      stage.busy.delete(program);
    }
  };
}

const killed = (role: LabRole): Disturbance => ({
  kind: `${role} killed`,
  run: toProgram([role], async (program, { random }) => {
    await program.kill();
    await delay(random.int(0, 500));
    await program.restart();
    return oneLost;
  }),
});

const stopped = (role: LabRole): Disturbance => ({
  kind: `${role} stopped`,
  run: toProgram([role], async (program, { lab, random }) => {
    program.stop();
    await delay(pastTheLock(lab) + random.int(0, 1_000));
    program.resume();
    return oneLost;
  }),
});

/** Leaves a line as it is for so long, in ms, then makes it sound. */
async function forAWhile(proxy: TcpProxy, ms: number): Promise<void> {
  await delay(ms);
  await proxy.clear();
}

function atRisk(ms: number): Excuse {
  return ms > LOCK_AT_RISK ? oneLost : nothingLost;
}

const redisLine: readonly Disturbance[] = [
  {
    kind: 'redis cut',
    run: toProgram(anyRole, async (program, { random }) => {
      const ms = random.int(0, 1_500);
      await cutOff([program.redis], ms);
      return atRisk(ms);
    }),
  },
  {
    kind: 'redis frozen',
    run: toProgram(anyRole, async ({ redis }, { lab, random }) => {
      redis.freeze();
      await forAWhile(redis, random.int(300, pastTheLock(lab)));
      return oneLost;
    }),
  },
  {
    kind: 'redis slow',
    run: toProgram(anyRole, async ({ redis }, { random }) => {
      redis.latency(random.int(20, 150));
      await forAWhile(redis, random.int(500, 2_500));
      return oneLost;
    }),
  },
  {
    kind: 'redis truncated',
    run: toProgram(anyRole, async ({ redis }, { random }) => {
      redis.truncate(random.int(1, 4_000));
      await forAWhile(redis, 500);
      return nothingLost;
    }),
  },
];

const callers: readonly LabRole[] = ['planner', 'worker', 'worker'];

const modelLine: readonly Disturbance[] = [
  {
    kind: 'model cut',
    run: toProgram(callers, async ({ model }, { random }) => {
      const lostAnswers = model.connections();
      await cutOff([model], random.int(0, 1_000));
      return { faultsPastLock: 0, lostAnswers };
    }),
  },
  {
    kind: 'model frozen',
    run: toProgram(callers, async ({ model }, { random }) => {
      model.freeze();
      await delay(random.int(300, 3_000));
      // The client may have given up what arrives when the freeze is over.
      const lostAnswers = model.connections();
      await model.clear();
      return { faultsPastLock: 0, lostAnswers };
    }),
  },
  {
    kind: 'model slow',
    run: toProgram(callers, async ({ model }, { random }) => {
      model.latency(random.int(50, 300));
      await forAWhile(model, random.int(500, 2_500));
      return nothingLost;
    }),
  },
  {
    kind: 'model truncated',
    run: toProgram(callers, async ({ model }, { random }) => {
      model.truncate(random.int(1, 8_000));
      await forAWhile(model, 1_000);
      return { faultsPastLock: 0, lostAnswers: 1 };
    }),
  },
];

/** Those that Baton is to get over by itself. */
const modelFaults: readonly Fault[] = [
  { kind: '429', retryAfter: 1 },
  { kind: '529' },
  { kind: '500' },
  { kind: 'cut' },
  { kind: 'fin' },
  { kind: 'malformed' },
  { kind: 'sse-error' },
  { kind: 'delay', ms: 700 },
];

const modelFault: Disturbance = {
  kind: 'model fault',
  async run({ lab, random }) {
    const fault = random.pick(modelFaults);
    const times = random.int(1, 4);
    await lab.emulator.inject({ fault, times });
    return { faultsPastLock: 0, lostAnswers: times };
  },
};

/** Everybody's locks are at risk. */
function everybody({ programs }: Lab): Excuse {
  return { faultsPastLock: programs.length, lostAnswers: 0 };
}

const redisItself: readonly Disturbance[] = [
  {
    kind: 'redis killed',
    async run({ lab, random }) {
      if (!lab.redis.isAlive()) return null;
      await lab.redis.kill();
      await delay(random.int(0, 1_000));
      await lab.redis.restart();
      return everybody(lab);
    },
  },
  {
    kind: 'redis paused',
    async run({ lab, random }) {
      if (!lab.redis.isAlive()) return null;
      await lab.redis.pause(random.int(500, 3_000));
      return everybody(lab);
    },
  },
];

const cancelled: Disturbance = {
  kind: 'goal cancelled',
  async run({ session, random }) {
    const { goalIds } = session.client;
    if (goalIds.length === 0) return null;
    // A late one, which is likely to be still open.
    const latest = goalIds.slice(-8);
    await session.client.cancel(random.pick(latest));
    return nothingLost;
  },
};

const webhookRefused: Disturbance = {
  kind: 'webhook refused',
  async run({ lab, random }) {
    lab.sink.failNext(1, random.pick([500, 503, 429]));
    return nothingLost;
  },
};

export const disturbances: readonly Disturbance[] = [
  ...roles.map(killed),
  ...roles.map(stopped),
  ...redisLine,
  ...modelLine,
  modelFault,
  ...redisItself,
  cancelled,
  webhookRefused,
];
