import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listeningUrl, startPart } from './stack-part.mjs';

describe('listeningUrl', () => {
  test.each([
    ['a plain line', 'listening on http://127.0.0.1:4100\n', 'http://127.0.0.1:4100'],
    ['a JSON line', '{"level":30,"msg":"listening on http://127.0.0.1:4100"}\n', 'http://127.0.0.1:4100'],
    [
      'a message that goes on',
      '{"msg":"listening on http://localhost:4100, ready"}\n',
      'http://localhost:4100',
    ],
    ['all addresses', 'listening on http://0.0.0.0:4100\n', 'http://127.0.0.1:4100'],
    ['all IPv6 addresses', 'listening on http://[::]:4100\n', 'http://127.0.0.1:4100'],
  ])('finds the address in %s', (_, output, url) => {
    expect(listeningUrl(output)).toBe(url);
  });

  test('waits for the end of the line', () => {
    expect(listeningUrl('listening on http://127.0.0.1:41')).toBeNull();
  });
});

describe('startPart', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'baton-part-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** @param {string} source */
  function start(source) {
    const program = join(directory, 'program.mjs');
    writeFileSync(program, source);
    return startPart({ name: 'worker', program, environment: process.env, logDirectory: directory });
  }

  test('is ready once it says where it listens, and keeps its log', async () => {
    const part = start("console.log('listening on http://127.0.0.1:4100'); setInterval(() => {}, 1000);");
    expect(await part.ready).toBe('http://127.0.0.1:4100');
    await part.stop();
    await part.stop();
    expect(readFileSync(join(directory, 'worker.log'), 'utf8')).toContain('listening on');
  });

  test('an end before it is ready is an error that shows the log', async () => {
    const part = start("console.error('REDIS_URL is not set'); process.exitCode = 78;");
    await expect(part.ready).rejects.toMatchObject({
      message: expect.stringContaining('The worker ended with code 78 before it was ready'),
      output: 'REDIS_URL is not set\n',
    });
  });

  test('an end that nobody asked for is told', async () => {
    const part = start("console.log('listening on http://127.0.0.1:4100'); process.exitCode = 3;");
    expect((await part.failed).message).toContain('The worker ended with code 3');
  });
});
