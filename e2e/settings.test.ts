import { describe, expect, inject, test } from 'vitest';
import { programFor } from './baton.ts';
import type { Environment, ProgramName } from './program.ts';

const sound = {
  REDIS_URL: inject('redisUrl'),
  ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
  PORT: '0',
  HEALTH_PORT: '0',
};

type BadEnvironment = [name: string, program: ProgramName, environment: Environment, said: readonly string[]];

/** One of each place where a program may find a fault; every fault and its words: settings.test.ts and its like. */
const badEnvironments: BadEnvironment[] = [
  [
    'every problem at once',
    'orchestrator',
    { REDIS_URL: 'localhost:6379', PORT: '70000', ROLE: 'everything', BATON_PREFX: 'x' },
    [
      'REDIS_URL: must be an address such as redis://',
      'PORT: "70000"',
      'ROLE: must be all, api',
      'BATON_PREFX is not a setting. Did you mean BATON_PREFIX?',
    ],
  ],
  [
    'every problem at once',
    'worker',
    { ...sound, WORKER_CONCURRENCY: 'many', WORKER_TYPE: 'writer' },
    ['WORKER_CONCURRENCY: "many"', 'WORKER_TYPE is not a setting. Did you mean WORKER_TYPES?'],
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
