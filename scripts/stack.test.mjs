import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Shutdown } from './shutdown.mjs';
import { startStack } from './stack.mjs';

let root = '';
let journal = '';
const { ANTHROPIC_API_KEY: _key, ANTHROPIC_BASE_URL: _url, ...withoutModel } = process.env;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-stack-'));
  journal = join(root, 'journal');
  writeFileSync(journal, '');
  for (const program of ['packages/emulator', 'apps/orchestrator', 'apps/worker']) writeStandIn(program);
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** A program that notes its start, with the settings it got, and its orderly end. @param {string} folder */
function writeStandIn(folder) {
  const file = join(root, folder, 'dist', 'main.js');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `const { appendFileSync } = require('node:fs');
     const note = (event) => appendFileSync(${JSON.stringify(journal)}, JSON.stringify(event) + '\\n');
     const { ANTHROPIC_BASE_URL: model, REDIS_URL: redis, PORT: port } = process.env;
     note({ started: ${JSON.stringify(folder)}, model, redis, port });
     process.on('SIGTERM', () => { note({ stopped: ${JSON.stringify(folder)} }); process.exit(0); });
     console.log('listening on http://127.0.0.1:' + (port ?? 9));
     setInterval(() => {}, 1000);`,
  );
}

function notes() {
  return readFileSync(journal, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** @param {NodeJS.ProcessEnv} environment */
async function startAndStop(environment) {
  const shutdown = new Shutdown();
  const stack = await startStack({
    redisUrl: 'redis://127.0.0.1:1',
    shutdown,
    environment,
    port: 4100,
    root,
  });
  await shutdown.run();
  return stack;
}

test('without a key or a server of your own the emulator answers, and everything stops in reverse order', async () => {
  const stack = await startAndStop({ ...withoutModel, PORT: '5000' });
  expect(stack).toMatchObject({ url: 'http://127.0.0.1:4100', simulated: true });
  const all = notes();
  const orchestrator = all.find(({ started }) => started === 'apps/orchestrator');
  expect(orchestrator).toMatchObject({
    redis: 'redis://127.0.0.1:1',
    model: 'http://127.0.0.1:5000',
    port: '4100',
  });
  expect(all.find(({ started }) => started === 'apps/worker')).not.toHaveProperty('port');
  expect(all.flatMap(({ stopped }) => stopped ?? [])).toEqual([
    'apps/worker',
    'apps/orchestrator',
    'packages/emulator',
  ]);
});

test.each([
  ['a key', { ANTHROPIC_API_KEY: 'key' }, undefined],
  ['another server', { ANTHROPIC_BASE_URL: 'http://127.0.0.1:6000' }, 'http://127.0.0.1:6000'],
])('with %s no emulator is started', async (_, given, model) => {
  const stack = await startAndStop({ ...withoutModel, ...given });
  expect(stack.simulated).toBe(false);
  const all = notes();
  expect(all.some(({ started }) => started === 'packages/emulator')).toBe(false);
  expect(all.find(({ started }) => started === 'apps/worker').model).toBe(model);
});

test('a part that ends at its start fails the whole, and the others are stopped', async () => {
  writeFileSync(
    join(root, 'apps/orchestrator/dist/main.js'),
    "console.error('HOST is wrong'); process.exitCode = 78;",
  );
  const shutdown = new Shutdown();
  const starting = startStack({ redisUrl: 'redis://127.0.0.1:1', shutdown, environment: withoutModel, root });
  await expect(starting).rejects.toMatchObject({ output: 'HOST is wrong\n' });
  await shutdown.run();
  expect(notes().some(({ stopped }) => stopped === 'packages/emulator')).toBe(true);
});
