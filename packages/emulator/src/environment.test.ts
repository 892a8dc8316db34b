import { expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';

test('has defaults for everything', () => {
  expect(
    readEnvironment({ PATH: '/bin', EMULATOR_SERVICE_HOST: '10.0.0.1', EMULATOR_PORT_4010_TCP: 'x' }),
  ).toEqual({
    ok: true,
    options: {
      port: 4010,
      host: '127.0.0.1',
      msPerChunk: 25,
      rpm: 1_000_000,
      itpm: 1_000_000_000,
      otpm: 1_000_000_000,
      batchDelayMs: 1_000,
    },
  });
});

test('reads what is set', () => {
  const environment = {
    EMULATOR_PORT: '0',
    HOST: '0.0.0.0',
    EMULATOR_PACE: '0',
    EMULATOR_RPM: '5',
    EMULATOR_ITPM: '6',
    EMULATOR_OTPM: ' 7 ',
    EMULATOR_BATCH_DELAY: '8',
  };
  const options = { port: 0, host: '0.0.0.0', msPerChunk: 0, rpm: 5, itpm: 6, otpm: 7, batchDelayMs: 8 };
  expect(readEnvironment(environment)).toEqual({ ok: true, options });
});

test('names every problem at once', () => {
  const reading = readEnvironment({
    EMULATOR_PORT: '70000',
    EMULATOR_PACE: 'slow',
    EMULATOR_RPM: '0',
    EMULATOR_PROT: '1',
    HOST: 'a b',
  });
  const problems = reading.ok ? [] : reading.problems;
  expect(problems).toHaveLength(5);
  for (const name of [
    'EMULATOR_PORT is "70000"',
    'EMULATOR_PACE is "slow"',
    'EMULATOR_RPM is "0"',
    'EMULATOR_PROT is not',
    'HOST is "a b"',
  ]) {
    expect(problems.join('\n')).toContain(name);
  }
});
