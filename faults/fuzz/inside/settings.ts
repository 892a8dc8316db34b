import * as fc from 'fast-check';
import { knownNames, SettingsError } from '@baton/shared/settings/environment';
import { orchestratorSettings, workerSettings } from '@baton/shared/settings/settings';

const names = [
  ...knownNames,
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'BATON_PREFX',
  'FAILPOINTS',
  'MODEL_',
  '__proto__',
  'constructor',
  'toString',
  '',
  'PATH',
] as const;

const values = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1',
    '1.5',
    '1e3',
    '0x10',
    '65535',
    '65536',
    '9007199254740993',
    'NaN',
    'Infinity',
    '9'.repeat(400),
    'true',
    'TRUE',
    'yes',
    'api',
    'planner',
    'all',
    'native',
    'debug',
    'memory',
    '30s',
    '0s',
    '1d',
    '30',
    '-5m',
    '99999999999d',
    'redis://127.0.0.1:6379',
    'rediss://a:b@c:1/2',
    'redis://',
    'redis://[',
    'http://127.0.0.1',
    'http://%',
    'javascript:1',
    `t:${'a'.repeat(64)}`,
    `t:${'a'.repeat(64)}:read+submit`,
    `t:${'a'.repeat(64)}:x`,
    `${'t'.repeat(65)}:${'a'.repeat(64)}`,
    ',,,',
    '\n',
    '#',
    '0.0.0.0',
    '::1',
    '/',
    '/nowhere/at/all',
    '\0',
    '\ud800',
    '__proto__',
    'constructor',
    'a=b',
    'x:error',
    'x:crash,y',
    'a'.repeat(100_000),
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

const environment = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: fc.string() }),
      values,
    ),
    {
      maxLength: 12,
    },
  )
  .map((entries): Record<string, string> => Object.fromEntries(entries));

/** Whatever the environment holds, it is taken as a whole or refused with every problem in words. */
export function fuzzSettings(runs: number, seed: number): void {
  const property = fc.property(
    environment,
    fc.constantFrom(orchestratorSettings, workerSettings),
    (given, parse) => {
      try {
        if (!Object.isFrozen(parse(given))) throw new TypeError('The settings are not frozen.');
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error;
        const isSaid =
          error.problems.length > 0 &&
          error.problems.every((problem) => /^\S+.*: .+|^\S* is not a setting/s.test(problem));
        if (!isSaid)
          throw new TypeError(`A problem says nothing: ${JSON.stringify(error.problems)}`, { cause: error });
      }
    },
  );
  fc.assert(property, { numRuns: runs, seed });
}
