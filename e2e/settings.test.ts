import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, inject, test } from 'vitest';
import { programFor } from './baton.ts';
import type { Environment, ProgramName } from './program.ts';

const redisUrl = inject('redisUrl');
const sound = { REDIS_URL: redisUrl, ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', PORT: '0', HEALTH_PORT: '0' };

type BadEnvironment = [name: string, program: ProgramName, environment: Environment, said: readonly string[]];

const manyFaults: Environment = {
  REDIS_URL: 'localhost:6379',
  BATON_PREFIX: 'a b',
  PORT: '70000',
  ROLE: 'everything',
  LOCK_DURATION: '30',
  STALLED_INTERVAL: 'soon',
  LOG_LEVEL: 'loud',
  STRUCTURED_OUTPUT: 'xml',
  ANTHROPIC_BASE_URL: 'example.org',
  DASHBOARD_READ_ONLY: 'maybe',
  PLANNER_CONCURRENCY: '0',
  BATON_PREFX: 'x',
};

const manyWords = [
  'REDIS_URL: must be an address such as redis://',
  'BATON_PREFIX: ',
  'PORT: "70000"',
  'ROLE: must be all, api',
  'LOCK_DURATION: "30" is not a duration',
  'STALLED_INTERVAL: "soon"',
  'LOG_LEVEL: must be one of',
  'STRUCTURED_OUTPUT: must be native or prompt',
  'ANTHROPIC_BASE_URL: must be an address',
  'DASHBOARD_READ_ONLY: must be true or false',
  'PLANNER_CONCURRENCY: "0"',
  'BATON_PREFX is not a setting. Did you mean BATON_PREFIX?',
];

const badEnvironments: BadEnvironment[] = [
  ['every problem at once', 'orchestrator', manyFaults, manyWords],
  [
    'every problem at once',
    'worker',
    { ...sound, WORKER_CONCURRENCY: 'many', HEALTH_PORT: '-1', GOAL_RETENTION: '1y', WORKER_TYPE: 'writer' },
    [
      'WORKER_CONCURRENCY: "many"',
      'HEALTH_PORT: "-1"',
      'GOAL_RETENTION: "1y" is not a duration',
      'WORKER_TYPE is not a setting. Did you mean WORKER_TYPES?',
    ],
  ],
  ['a misspelt name', 'worker', { ...sound, BATON_PREFX: 'x' }, ['Did you mean BATON_PREFIX?']],
  [
    'no model',
    'orchestrator',
    { REDIS_URL: redisUrl },
    ['ANTHROPIC_API_KEY: is not set', 'ANTHROPIC_BASE_URL'],
  ],
  ['no model', 'worker', { REDIS_URL: redisUrl }, ['ANTHROPIC_API_KEY: is not set', 'emulator']],
  ['half a login', 'orchestrator', { ...sound, DASHBOARD_USER: 'x' }, ['DASHBOARD_PASSWORD go together']],
  [
    'an unknown worker type',
    'worker',
    { ...sound, WORKER_TYPES: 'writer,reseacher' },
    ['Did you mean researcher?'],
  ],
  [
    'workers that are not there',
    'worker',
    { ...sound, BATON_WORKERS: '/nowhere.mjs' },
    ['BATON_WORKERS: /nowhere.mjs'],
  ],
  ['recipes that are not there', 'orchestrator', { ...sound, BATON_RECIPES: '/nowhere' }, ['BATON_RECIPES']],
  [
    'prices that are not there',
    'worker',
    { ...sound, MODEL_PRICES_FILE: '/nowhere.json' },
    ['MODEL_PRICES_FILE'],
  ],
  ['an unknown setting', 'emulator', { EMULATOR_PACEE: '1' }, ['EMULATOR_PACEE is not a setting']],
];

describe.concurrent('a bad environment ends the program with 78 and words', () => {
  test.for(badEnvironments)('%s: the %s', async ([, name, environment, said], context) => {
    const program = programFor(context, name, environment);
    expect(await program.exit()).toBe(78);
    for (const part of said) expect(program.output()).toContain(part);
    expect(program.output()).not.toMatch(/^\s+at /m);
  });
});

/** A Redis that says something else of itself; the words must be as long as each other. */
async function pretendingRedis(
  { onTestFinished }: { onTestFinished: (stop: () => void) => void },
  truth: RegExp,
  pretence: string,
): Promise<string> {
  const { hostname, port } = new URL(redisUrl);
  const server = createServer((client) => {
    const redis = connect(Number(port || 6_379), hostname);
    client.pipe(redis);
    redis.on('data', (bytes) => {
      client.write(Buffer.from(bytes.toString('latin1').replace(truth, pretence), 'latin1'));
    });
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.concurrent('a Redis that would lose goals is refused', () => {
  const unfit: [string, RegExp, string, RegExp][] = [
    [
      'that evicts',
      /maxmemory_policy:noeviction/,
      'maxmemory_policy:everything',
      /Set maxmemory-policy to noeviction/,
    ],
    ['that is too old', /redis_version:\d/, 'redis_version:5', /Redis is 5.*Upgrade Redis/],
  ];
  for (const name of ['orchestrator', 'worker'] as const) {
    test.for(unfit)(`%s, by the ${name}`, async ([, truth, pretence, said], context) => {
      const url = await pretendingRedis(context, truth, pretence);
      const program = programFor(context, name, { ...sound, REDIS_URL: url });
      expect(await program.exit()).toBe(78);
      expect(program.output()).toMatch(said);
    });
  }
});
