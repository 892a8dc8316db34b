/**
 * Baton as an operator runs it: the built programs as processes of their own, on the test run's Redis, under a prefix of
 * their own, with the emulator as the model.
 */
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, inject, type TestContext } from 'vitest';
import { Api } from './api.ts';
import { EmulatorControl } from './emulator.ts';
import { startProgram, type Environment, type Program, type ProgramName } from './program.ts';
import { sharedBy } from './shared-batons.ts';

export interface BatonOptions {
  /** Worker processes at the start, 1 unless given. */
  readonly workers?: number;
  /** For the orchestrator and the workers. */
  readonly environment?: Environment;
  readonly orchestrator?: Environment;
  readonly worker?: Environment;
  readonly emulator?: Environment;
  /** A connection to its Redis for whoever looks on, where `REDIS_URL` is not the whole of where that is. */
  readonly lookAt?: (prefix: string) => Redis;
}

export interface Baton {
  readonly api: Api;
  readonly emulator: EmulatorControl;
  readonly redis: Redis;
  readonly prefix: string;
  readonly orchestrator: Program;
  readonly workers: readonly Program[];
  /** One more, or the next one. Resolves when it listens. */
  startOrchestrator(environment?: Environment): Promise<{ program: Program; api: Api }>;
  /** Resolves when the new process takes tasks. */
  startWorker(environment?: Environment): Promise<Program>;
  /** The names of all keys in Redis, sorted. */
  keys(): Promise<string[]>;
  /** All that were started, the emulator among them. */
  programs(): readonly Program[];
  /** What its processes have printed. */
  log(): string;
  stop(): Promise<void>;
}

const LISTENING = /listening on (http:\/\/[^\s"]+)/;
const TAKING_TASKS = /taking tasks/;
/** Characters of each program's log, the last ones. */
const LOG_SHOWN = 6_000;

export async function addressOf(program: Program): Promise<string> {
  const [, url = ''] = await program.printed(LISTENING);
  return url;
}

async function keysOf(redis: Redis, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of redis.scanStream({ match: `{${prefix}}*`, count: 1_000 })) {
    keys.push(...(page as string[]));
  }
  return [...new Set(keys)].sort();
}

function uniquePrefix(begin = 'e2e-'): string {
  return `${begin}${randomBytes(6).toString('hex')}`;
}

/** Starts all of it; when one part does not start, nothing is left running. */
async function startBaton(options: BatonOptions = {}, prefix = uniquePrefix()): Promise<Baton> {
  const redisUrl = options.environment?.['REDIS_URL'] ?? inject('redisUrl');
  const redis = options.lookAt?.(prefix) ?? new Redis(redisUrl, { maxRetriesPerRequest: 3 });
  const programs: Program[] = [];
  const workers: Program[] = [];
  const start = (name: Program['name'], environment: Environment): Program => {
    const program = startProgram(name, environment);
    programs.push(program);
    return program;
  };
  const log = (): string =>
    programs
      .map((program) => `--- ${program.name} ${program.pid}\n${program.output().slice(-LOG_SHOWN)}`)
      .join('\n');

  async function stop(): Promise<void> {
    await Promise.all(programs.map((program) => program.kill()));
    const keys = await keysOf(redis, prefix);
    if (keys.length > 0) await redis.unlink(keys);
    redis.disconnect();
  }

  try {
    const emulator = start('emulator', { EMULATOR_PORT: '0', EMULATOR_PACE: '0', ...options.emulator });
    const emulatorUrl = await addressOf(emulator);
    const environment = {
      REDIS_URL: redisUrl,
      BATON_PREFIX: prefix,
      ANTHROPIC_BASE_URL: emulatorUrl,
      ...options.environment,
    };
    const startWorker = async (more: Environment = {}): Promise<Program> => {
      const worker = start('worker', { ...environment, HEALTH_PORT: '0', ...options.worker, ...more });
      workers.push(worker);
      await worker.printed(TAKING_TASKS);
      return worker;
    };
    const startOrchestrator = async (more: Environment = {}): Promise<{ program: Program; api: Api }> => {
      const program = start('orchestrator', { ...environment, PORT: '0', ...options.orchestrator, ...more });
      return { program, api: new Api(await addressOf(program)) };
    };
    const [{ program: orchestrator, api }] = await Promise.all([
      startOrchestrator(),
      ...Array.from({ length: options.workers ?? 1 }, () => startWorker()),
    ]);
    return {
      api,
      emulator: new EmulatorControl(emulatorUrl),
      redis,
      prefix,
      orchestrator,
      workers,
      startOrchestrator,
      startWorker,
      keys: () => keysOf(redis, prefix),
      programs: () => programs,
      log,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One program for one test. */
export function programFor(
  { onTestFailed, onTestFinished }: Pick<TestContext, 'onTestFailed' | 'onTestFinished'>,
  name: ProgramName,
  environment: Environment,
): Program {
  const program = startProgram(name, environment);
  onTestFailed(() => void process.stderr.write(`--- ${name}\n${program.output()}\n`));
  onTestFinished(() => program.kill());
  return program;
}

/** What a file may do that shares its Baton: start and stop nothing, and count nothing that other files do too. */
export type SharedBaton = Pick<Baton, 'api' | 'emulator'>;

let shared: Promise<Baton> | undefined;

async function startShared(): Promise<Baton> {
  const { pids, prefix } = sharedBy(inject('run'));
  const baton = await startBaton({}, uniquePrefix(prefix));
  await baton.redis.sadd(pids, ...baton.programs().map(({ pid }) => pid));
  baton.redis.disconnect();
  return baton;
}

/** One Baton for all files of this test process that ask for it; what it printed is shown when a test fails. */
export function useSharedBaton(): SharedBaton {
  const baton = {} as Baton;
  beforeAll(async () => {
    Object.assign(baton, await (shared ??= startShared()));
  });
  showLogOfFailures(baton);
  return baton;
}

function showLogOfFailures(baton: Baton): void {
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(`${baton.log()}\n`);
  });
}

/** One Baton for all tests of a file; what it printed is shown when one of them fails. */
export function useBaton(options: BatonOptions = {}): Baton {
  const baton = {} as Baton;
  beforeAll(async () => {
    Object.assign(baton, await startBaton(options));
  });
  showLogOfFailures(baton);
  afterAll(() => baton.stop?.());
  return baton;
}

/** A Baton for one test. */
export async function batonFor(
  { onTestFailed, onTestFinished }: TestContext,
  options: BatonOptions = {},
): Promise<Baton> {
  const baton = await startBaton(options);
  onTestFailed(() => void process.stderr.write(`${baton.log()}\n`));
  onTestFinished(() => baton.stop());
  return baton;
}
