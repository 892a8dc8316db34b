import { randomBytes } from 'node:crypto';
import { EmulatorControl } from '../../e2e/emulator.ts';
import { startProgram } from '../../e2e/program.ts';
import { stablePort } from '../proxy/stable-port.ts';
import { openProxy, type Target, type TcpProxy } from '../proxy/tcp-proxy.ts';
import { openLabFleet } from './lab-fleet.ts';
import { openLabRedis } from './lab-redis.ts';
import { rootOf, startInPlace } from './lab-program.ts';
import type { Lab, LabOptions, LabProgram, LabRole } from './lab.ts';
import { openToolEffects } from './tool-effects.ts';
import { openWebhookSink } from './webhook-sink.ts';

const LOCK_DURATION = 1_500;
const STALLED_INTERVAL = 500;
/** Anything that has the form of a Standard Webhooks secret. */
const WEBHOOK_SECRET = `whsec_${Buffer.from('the secret of a lab that lives for minutes').toString('base64')}`;

const LISTENING = /listening on (http:\/\/[^\s"]+)/;

/** Closes what was opened, the last one first. */
class Closing {
  readonly #closers: (() => Promise<void>)[] = [];

  add(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}

function targetOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** Starts all of it; when one part does not start, nothing is left running. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const closing = new Closing();
  try {
    return await startLab(options, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function startLab(options: LabOptions, closing: Closing): Promise<Lab> {
  const { lockDuration = LOCK_DURATION, stalledInterval = STALLED_INTERVAL } = options;
  const root = options.root === undefined ? undefined : rootOf(options.root);
  const prefix = `faults-${randomBytes(4).toString('hex')}`;
  const redisProxies: TcpProxy[] = [];

  const { redis: redisOptions = {} } = options;
  const redis =
    redisOptions.fleet === undefined
      ? await openLabRedis(redisOptions, (server) => {
          for (const proxy of redisProxies) proxy.retarget(server);
        })
      : await openLabFleet(redisOptions.fleet, prefix);
  closing.add(() => redis.close());
  const effects = openToolEffects();
  closing.add(async () => effects.remove());
  const sink = await openWebhookSink();
  closing.add(() => sink.close());
  const emulatorProgram = startProgram('emulator', {
    EMULATOR_PORT: '0',
    EMULATOR_PACE: '0',
    EMULATOR_BATCH_DELAY: '300',
    ...options.emulator,
  });
  closing.add(() => emulatorProgram.kill());
  const [, emulatorUrl = ''] = await emulatorProgram.printed(LISTENING);
  const emulator = new EmulatorControl(emulatorUrl);

  /** Whatever it is when somebody connects. */
  const primary: Target = {
    get host() {
      return redis.primary.host;
    },
    get port() {
      return redis.primary.port;
    },
  };

  async function startOne(role: LabRole, place: number): Promise<LabProgram> {
    const [toRedis, toModel] = await Promise.all([openProxy(primary), openProxy(targetOf(emulatorUrl))]);
    redisProxies.push(toRedis);
    closing.add(() => toRedis.close());
    closing.add(() => toModel.close());
    const port = role === 'api' ? await stablePort() : 0;
    const environment = {
      REDIS_URL: `redis://${toRedis.host}:${toRedis.port}`,
      ANTHROPIC_BASE_URL: `http://${toModel.host}:${toModel.port}`,
      BATON_PREFIX: prefix,
      LOCK_DURATION: `${lockDuration}ms`,
      STALLED_INTERVAL: `${stalledInterval}ms`,
      LOG_LEVEL: 'info',
      ...(role === 'worker'
        ? { HEALTH_PORT: '0', ...effects.environment }
        : {
            ROLE: role,
            PORT: String(port),
            WEBHOOK_ALLOW_PRIVATE: 'true',
            WEBHOOK_SECRET,
            BATCH_INTERVAL: '200ms',
          }),
      ...redis.environment,
      ...options.environment,
    };
    const url = role === 'api' ? `http://127.0.0.1:${port}` : null;
    const program = await startInPlace({
      role,
      place,
      redis: toRedis,
      model: toModel,
      url,
      environment,
      root,
    });
    closing.add(() => program.kill());
    return program;
  }
  const startAll = (role: LabRole, count: number): Promise<LabProgram[]> =>
    Promise.all(Array.from({ length: count }, (_, place) => startOne(role, place)));
  const [apis, planners, workers] = await Promise.all([
    startAll('api', options.apis ?? 1),
    startAll('planner', options.planners ?? 1),
    startAll('worker', options.workers ?? 2),
  ]);
  const programs = [...apis, ...planners, ...workers];

  async function heal(): Promise<void> {
    if (redis.isAlive()) redis.resume();
    else await redis.restart();
    await Promise.all(programs.flatMap((program) => [program.redis.clear(), program.model.clear()]));
    await Promise.all([emulator.clearFaults(), sink.recover()]);
    await Promise.all(
      programs.map(async (program) => {
        if (!program.isAlive()) await program.restart();
        else if (program.isStopped()) program.resume();
      }),
    );
  }

  return {
    apis,
    planners,
    workers,
    programs,
    redis,
    emulator,
    sink,
    effects: () => effects.read(),
    prefix,
    lockDuration,
    stalledInterval,
    heal,
    close: () => closing.close(),
  };
}
