import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEFAULT_URL } from '../packages/client/src/command/flags.ts';
import { emulatorSettings } from '../packages/emulator/src/environment.ts';
import { describedSettings } from '../packages/shared/src/settings/described-settings.ts';
import { composeVariables, configurationPage, environmentExample, namesIn } from './configuration-pages.mjs';
import { repositoryRoot } from './paths.mjs';

// `npm run docs:configuration` runs these tests and writes the files anew.
const mend = 'it is stale: run `npm run docs:configuration`';

const settings = describedSettings();
/** @param {string} path */
const pathOf = (path) => join(repositoryRoot, path);
const compose = readFileSync(pathOf('docker-compose.yml'), 'utf8');
const example = environmentExample(readFileSync(pathOf('.env.example'), 'utf8'), compose, settings);

it('docs/configuration.md is what the schemas say', async () => {
  const page = configurationPage({ settings, emulator: emulatorSettings, defaultUrl: DEFAULT_URL });
  await expect(page, mend).toMatchFileSnapshot(pathOf('docs/configuration.md'));
});

it('.env.example shows everything that the compose file takes', async () => {
  await expect(example, mend).toMatchFileSnapshot(pathOf('.env.example'));
});

it('.env.example has nothing that the compose file does not take', () => {
  const taken = composeVariables(compose);
  expect([...namesIn(example)].filter((name) => !taken.has(name))).toEqual([]);
});

it('.env.example repeats nothing that is written by hand, and shows the defaults of the compose file', () => {
  const taken =
    'a: ${ACK:-}\nb: ${RATE_LIMIT:-}\nc: ${REDIS_URL:-redis://redis:6379}\nd: ${WORKER_CPUS:-1}\n';
  const text = environmentExample('# Ours\nACK=disk\n', taken, settings);
  expect(text).toMatch(/^# Ours\nACK=disk\n\n# Everything else/);
  expect(text).toContain('#RATE_LIMIT=60000');
  expect(text).toContain('#REDIS_URL=redis://redis:6379');
  expect(text).toContain('#WORKER_CPUS=1');
  expect([...text.matchAll(/ACK/g)]).toHaveLength(1);
  expect(environmentExample(text, taken, settings)).toBe(text);
});
