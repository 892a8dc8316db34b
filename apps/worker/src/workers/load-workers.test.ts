import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadWorkers, WorkerLoadError } from './load-workers.ts';
import { allWorkers, selectWorkers } from './registry.ts';

function file(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-workers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const geocoder = `
type: geocoder
description: Finds coordinates.
bestFor: Addresses.
notFor: Prose.
tier: fast
system: You find coordinates.
`;

describe('worker types of the user', () => {
  it('come from YAML, one or a list', async () => {
    expect((await loadWorkers(file('one.yaml', geocoder))).map(({ type }) => type)).toEqual(['geocoder']);
    const list = JSON.stringify([
      { type: 'a', description: 'd', bestFor: 'b', notFor: 'n', tier: 'fast', system: 's' },
    ]);
    expect((await loadWorkers(file('list.json', list))).map(({ type }) => type)).toEqual(['a']);
  });

  it('as data may say what they give and what they may take', async () => {
    const more = `${geocoder}timeout: 90s\nconcurrency: 2\ntools: [web_search]\noutput:\n  type: object\n  properties: { latitude: { type: number } }\n  required: [latitude]\n`;
    const [worker] = await loadWorkers(file('more.yaml', more));
    expect(worker).toMatchObject({ timeout: 90_000, concurrency: 2, tools: ['web_search'] });
    expect(worker?.output?.safeParse({ latitude: 1 }).success).toBe(true);
    expect(worker?.output?.safeParse({ latitude: 'north' }).success).toBe(false);
  });

  it.each([
    ['tools: search', 'tools must be a list'],
    ['timeout: 5', 'duration'],
    ['timeout: 2d', '1s to 1d'],
    ['concurrency: 0', 'concurrency'],
    ['output: { type: string }', 'JSON schema of an object'],
  ])('as data are refused with %s, in words', async (line, reason) => {
    await expect(loadWorkers(file('odd.yaml', `${geocoder}${line}\n`))).rejects.toThrow(reason);
  });

  it('come from a module that exports what defineWorker returns', async () => {
    const define = pathToFileURL(join(import.meta.dirname, '..', 'define-worker.ts')).href;
    const text = `import { defineWorker } from '${define}';
      export default defineWorker({ type: 'echo', description: 'd', bestFor: 'b', notFor: 'n', run: (task) => task.description });`;
    const [worker] = await loadWorkers(file('echo.mjs', text));
    expect(worker).toMatchObject({ type: 'echo', tier: 'balanced' });
  });

  it.each([
    ['missing.yaml', null, 'ENOENT'],
    ['bad.yaml', 'type: Geo Coder', 'type'],
    ['typo.yaml', 'type: geo\nbestfor: Places.', 'notFor must be given'],
    ['typo.yaml', 'type: geo\nbestfor: Places.', '[0].bestfor is not a known field. Did you mean "bestFor"?'],
    ['broken.yaml', 'a: [', 'BATON_WORKERS'],
    ['nothing.mjs', 'export const x = 1;', 'defineWorker'],
    [
      'plain.mjs',
      "export default { type: 'a', description: 'd', bestFor: 'b', notFor: 'n', tier: 'fast', run: () => 'x' };",
      'defineWorker',
    ],
  ])('are refused in words when %s is not one', async (name, text, reason) => {
    const path = text === null ? `/nowhere/${name}` : file(name, text);
    await expect(loadWorkers(path)).rejects.toThrow(WorkerLoadError);
    await expect(loadWorkers(path)).rejects.toThrow(reason);
  });

  it('replace built-in ones of the same name, and are selected by name', async () => {
    const own = await loadWorkers(file('own.yaml', geocoder.replace('geocoder', 'writer')));
    const workers = allWorkers(own);
    expect(workers.size).toBe(8);
    expect(selectWorkers(workers, ['writer'])[0]?.description).toBe('Finds coordinates.');
    expect(() => selectWorkers(workers, ['writter'])).toThrow('Did you mean writer?');
    expect(selectWorkers(workers, undefined)).toHaveLength(8);
  });
});
