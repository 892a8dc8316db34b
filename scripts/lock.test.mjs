import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lock, tryLock } from './lock.mjs';
import { capture } from './processes.mjs';

let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'baton-lock-'));
  path = join(directory, 'setup.lock');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** @param {{ host: string, pid: number }} holder @param {number} ageMs */
function leaveLock(holder, ageMs) {
  mkdirSync(path);
  writeFileSync(join(path, 'holder.json'), JSON.stringify(holder));
  const then = new Date(Date.now() - ageMs);
  utimesSync(path, then, then);
}

function deadPid() {
  return spawnSync(process.execPath, ['--version']).pid;
}

test('one holder at a time', () => {
  const held = tryLock(path);
  expect(held).not.toBeNull();
  expect(tryLock(path)).toBeNull();
  held?.release();
  tryLock(path)?.release();
});

test('a lock whose holder died on this host is taken over at once', () => {
  leaveLock({ host: hostname(), pid: deadPid() }, 0);
  const taken = tryLock(path);
  expect(taken).not.toBeNull();
  taken?.release();
});

test('a holder on another host is dead when its heartbeat stopped, not before', () => {
  leaveLock({ host: 'elsewhere.invalid', pid: deadPid() }, 10_000);
  expect(tryLock(path)).toBeNull();
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(path, longAgo, longAgo);
  const taken = tryLock(path);
  expect(taken).not.toBeNull();
  taken?.release();
});

test('while another process judges a dead lock, it is left alone; a judge that died is removed', () => {
  leaveLock({ host: hostname(), pid: deadPid() }, 0);
  mkdirSync(`${path}.judging`);
  expect(tryLock(path)).toBeNull();
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(`${path}.judging`, longAgo, longAgo);
  expect(tryLock(path)).toBeNull();
  const taken = tryLock(path);
  expect(taken).not.toBeNull();
  taken?.release();
});

test('a lock that was handed over lives as long as its new holder', () => {
  const held = tryLock(path);
  held?.handOver(deadPid());
  const taken = tryLock(path);
  expect(taken).not.toBeNull();
  held?.release();
  taken?.release();
});

test('waits until it is released', async () => {
  const held = tryLock(path);
  const taken = await lock(path, () => held?.release());
  taken.release();
});

test('processes that all wait for a holder that dies enter one by one', async () => {
  const held = tryLock(path);
  const inside = join(directory, 'inside');
  const program = join(directory, 'contender.mjs');
  writeFileSync(
    program,
    `import { rmSync, writeFileSync } from 'node:fs';
     import { lock } from ${JSON.stringify(new URL('lock.mjs', import.meta.url).href)};
     for (let round = 0; round < 10; round += 1) {
       const held = await lock(${JSON.stringify(path)}, () => writeFileSync(process.argv[2], ''));
       writeFileSync(${JSON.stringify(inside)}, '', { flag: 'wx' });
       for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
       rmSync(${JSON.stringify(inside)});
       held.release();
     }`,
  );
  const waiting = [1, 2, 3, 4].map((number) => join(directory, `waiting-${number}`));
  const contenders = waiting.map((file) => capture(process.execPath, [program, file]));
  await vi.waitUntil(() => waiting.every((file) => existsSync(file)), { timeout: 10_000 });
  held?.handOver(deadPid());
  for (const { code, output } of await Promise.all(contenders))
    expect({ code, output }).toEqual({ code: 0, output: '' });
  held?.release();
}, 30_000);
