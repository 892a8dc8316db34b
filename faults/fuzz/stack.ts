/**
 * Baton as it is run, for the fuzzer: three APIs (one open, one with keys, one with keys and small limits, whose goals nobody
 * plans), a planner, a worker and the emulator.
 */
import { createHash, randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { EmulatorControl } from '../../e2e/emulator.ts';
import { startProgram, type Environment, type Program, type ProgramName } from '../../e2e/program.ts';
import { freePort } from '../../scripts/ports.mjs';
import type { Target } from './cases/fuzz-case.ts';

const LISTENING = /listening on http:\/\/[^\s"]*:(\d+)/;
const TAKING_TASKS = /taking tasks/;

export interface Stack {
  readonly ports: Readonly<Record<Target, number>>;
  readonly programs: Readonly<Record<Target, Program>>;
  readonly emulator: EmulatorControl;
  readonly redis: Redis;
  readonly prefix: string;
  readonly keys: { readonly all: string; readonly read: string };
  /** Of the API with limits: each of a tenant of its own. */
  readonly limitedKeys: readonly string[];
  /** Begins the keys of the API with limits. */
  readonly limitedPrefix: string;
  /** Which of its programs has ended, and how. */
  readonly deaths: readonly string[];
  stop(): Promise<void>;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whose pages may use the API with keys. */
export const ORIGIN = 'https://app.example';

/** Of the API with limits. */
export const limits = { requests: 60, streams: 3, goals: 2 } as const;
const LIMITED_TENANTS = 5;

async function portOf(program: Program): Promise<number> {
  const [, port] = await program.printed(LISTENING);
  return Number(port);
}

export async function startStack(redisUrl: string): Promise<Stack> {
  const prefix = `fuzz-${randomBytes(6).toString('hex')}`;
  const limitedPrefix = `${prefix}-limited`;
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 3 });
  const all: Program[] = [];
  const deaths: string[] = [];
  let isStopping = false;

  function start(name: ProgramName, environment: Environment): Program {
    const program = startProgram(name, environment);
    all.push(program);
    void program.ended.then((ending) => {
      if (!isStopping) deaths.push(`the ${name} ${program.pid} has ended with ${ending}`);
    });
    return program;
  }

  async function stop(): Promise<void> {
    isStopping = true;
    await Promise.all(all.map((program) => program.kill()));
    for (const begin of [prefix, limitedPrefix]) {
      for await (const page of redis.scanStream({ match: `{${begin}}*`, count: 1_000 })) {
        const keys = page as string[];
        if (keys.length > 0) await redis.unlink(keys);
      }
    }
    redis.disconnect();
  }

  try {
    const emulator = start('emulator', { EMULATOR_PORT: '0', EMULATOR_PACE: '0' });
    const emulatorUrl = `http://127.0.0.1:${await portOf(emulator)}`;
    const environment = { REDIS_URL: redisUrl, BATON_PREFIX: prefix, ANTHROPIC_BASE_URL: emulatorUrl };
    const keys = {
      all: `all-${randomBytes(9).toString('hex')}`,
      read: `read-${randomBytes(9).toString('hex')}`,
    };
    const limitedKeys = Array.from(
      { length: LIMITED_TENANTS },
      () => `limited-${randomBytes(9).toString('hex')}`,
    );
    const api = { ...environment, ROLE: 'api', PORT: '0', RATE_LIMIT: '0' };
    const programs = {
      open: start('orchestrator', api),
      keyed: start('orchestrator', {
        ...api,
        BATON_API_KEYS: `fuzzed:${sha256(keys.all)},fuzzed:${sha256(keys.read)}:read`,
        CORS_ORIGINS: ORIGIN,
      }),
      limited: start('orchestrator', {
        ...api,
        BATON_PREFIX: limitedPrefix,
        BATON_API_KEYS: limitedKeys.map((key, place) => `limited${place}:${sha256(key)}`).join(','),
        RATE_LIMIT: String(limits.requests),
        MAX_STREAMS: String(limits.streams),
        TENANT_MAX_GOALS: String(limits.goals),
      }),
      planner: start('orchestrator', { ...environment, ROLE: 'planner', PORT: '0' }),
      worker: start('worker', { ...environment, HEALTH_PORT: String(await freePort()) }),
    };
    const [open, keyed, limited, planner, worker] = await Promise.all([
      portOf(programs.open),
      portOf(programs.keyed),
      portOf(programs.limited),
      portOf(programs.planner),
      portOf(programs.worker),
    ]);
    await programs.worker.printed(TAKING_TASKS);
    const ports = { open, keyed, limited, planner, worker };
    return {
      ports,
      programs,
      emulator: new EmulatorControl(emulatorUrl),
      redis,
      prefix,
      keys,
      limitedKeys,
      limitedPrefix,
      deaths,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
