/** The client as somebody else installs it: the packed package and its one dependency, nothing else of this repository. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../', import.meta.url));
const source = join(repository, 'packages/client');
const tsc = join(repository, 'node_modules/typescript/bin/tsc');
const PARSER = 'node_modules/eventsource-parser';
const ENTRIES = ['client', 'webhooks/webhooks'];

let folder = '';
let installed = '';

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'baton-installed-')));
  installed = join(folder, 'node_modules/@baton/client');
  await mkdir(installed, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: source });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  await run('tar', ['-xzf', join(folder, packed?.filename ?? ''), '--strip-components=1', '-C', installed]);
  await cp(await realpath(join(source, PARSER)), join(folder, PARSER), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Compiles files of the folder, or of this repository, as a strict program that checks the types of its libraries. */
async function typeCheck(name: string, files: readonly string[], compilerOptions: object): Promise<string> {
  const config = {
    files,
    compilerOptions: {
      target: 'ES2023',
      module: 'NodeNext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
      types: [],
      lib: ['ES2023', 'ES2024.String'],
      ...compilerOptions,
    },
  };
  await writeFile(join(folder, name), JSON.stringify(config));
  return run(process.execPath, [tsc, '-p', name], { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
}

/** What a file of the package imports, and all that these import from the package. */
async function importsFrom(file: string, seen: Set<string>): Promise<string[]> {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = (await readFile(file, 'utf8')).replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
  const found = [...text.matchAll(/(?<!['"])\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    ([, name = '']) => name,
  );
  const inside = found.filter((name) => name.startsWith('.'));
  const extension = file.endsWith('.d.ts') ? '.d.ts' : '.js';
  const deeper = await Promise.all(
    inside.map((name) => importsFrom(join(dirname(file), name.replace(/\.[jt]s$/, extension)), seen)),
  );
  return [...found.filter((name) => !name.startsWith('.')), ...deeper.flat()];
}

const PROGRAM = `
import { BatonError, ConnectionError, createClient, type Goal, type GoalEvent, type ProblemType } from '@baton/client';
import { webhooks } from '@baton/client/webhooks';

const [baseUrl = ''] = GIVEN;
const baton = createClient({ baseUrl, apiKey: 'k' });
const goal: Goal = await baton.goals.create({ goal: 'a' }, { idempotencyKey: 'k-1' });
const events: GoalEvent[] = [];
for await (const event of baton.goals.stream(goal.id)) events.push(event);
const all: string[] = [];
for await (const { id } of baton.goals.listAll()) all.push(id);
const type: ProblemType | string | null = await baton.goals.get('none').then(
  () => null,
  (error: unknown) => (error instanceof BatonError ? error.type : null),
);
const lost = await baton.goals.output('page').catch((error: unknown) => error instanceof ConnectionError);
// @ts-expect-error: there is no such priority.
const wrong = () => baton.goals.create({ goal: 'a', options: { priority: 'urgent' } });
console.log(JSON.stringify([goal.id, events.map(({ event }) => event), all, type, lost, typeof webhooks.verify, typeof wrong]));
`;

/** The programs that the README shows; resolves to their names. */
async function writeReadme(): Promise<string[]> {
  const readme = await readFile(join(installed, 'README.md'), 'utf8');
  const programs = [...readme.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, text = '']) => text);
  expect(programs.length).toBeGreaterThan(3);
  const names = programs.map((_, index) => `readme-${index}.ts`);
  await Promise.all(
    programs.map((text, index) => writeFile(join(folder, names[index] ?? ''), `${text}\nexport {};`)),
  );
  return names;
}

/** A server of a goal that is created, cut off and ended. */
async function startServer(): Promise<string> {
  const event = (id: number, name: string): string =>
    `retry: 1\nid: ${id}\nevent: ${name}\ndata: {"goalId":"goal_1","at":"2026-07-01T10:00:00.000Z"}\n\n`;
  const server = createServer(({ method, url, headers }, response) => {
    const json = (status: number, body: object): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (method === 'POST') json(202, { id: 'goal_1' });
    else if (url === '/v1/goals') json(200, { items: [{ id: 'goal_1' }], nextCursor: 'c' });
    else if (url === '/v1/goals?cursor=c') json(200, { items: [{ id: 'goal_2' }], nextCursor: null });
    else if (url === '/v1/goals/page/output') response.setHeader('content-type', 'text/html').end('<p>');
    else if (url === '/v1/goals/goal_1/events') {
      response.setHeader('content-type', 'text/event-stream');
      const isFirst = headers['last-event-id'] === undefined;
      response.end(isFirst ? event(1, 'goal.accepted') : event(2, 'goal.succeeded'));
    } else json(404, { type: 'urn:baton:problem:not_found', title: 'No', status: 404, detail: 'None.' });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const RESULT = [
  'goal_1',
  ['goal.accepted', 'goal.succeeded'],
  ['goal_1', 'goal_2'],
  'urn:baton:problem:not_found',
  true,
  'function',
  'function',
];

describe('the installed client', () => {
  test('asks for nothing that no registry has', async () => {
    const text = await readFile(join(installed, 'package.json'), 'utf8');
    const { dependencies, optionalDependencies } = JSON.parse(text) as Record<string, Record<string, string>>;
    const versions = Object.values({ ...dependencies, ...optionalDependencies });
    for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test.each([
    ['types', '.d.ts', []],
    ['code', '.js', ['eventsource-parser']],
  ])('brings all that its %s need', async (_, extension, expected) => {
    const seen = new Set<string>();
    const all = await Promise.all(
      ENTRIES.map((entry) => importsFrom(join(installed, `dist/${entry}${extension}`), seen)),
    );
    expect(all.flat()).toEqual(expected);
    expect(seen.size).toBeGreaterThan(10);
  });

  test('types a strict program and all of the README for Node, and runs there', async () => {
    const types = { types: ['node'], typeRoots: [join(repository, 'node_modules/@types')] };
    await writeFile(join(folder, 'run.ts'), PROGRAM.replace('GIVEN', JSON.stringify([await startServer()])));
    const files = ['run.ts', ...(await writeReadme())];
    expect(await typeCheck('tsconfig-node.json', files, { ...types, noEmit: false, outDir: 'out' })).toBe('');
    const { stdout, stderr } = await run(process.execPath, ['out/run.js'], {
      cwd: folder,
    });
    expect([JSON.parse(stdout), stderr]).toEqual([RESULT, '']);
  });

  test('types all of that for browsers, and is made of code that knows nothing of Node', async () => {
    const code = ENTRIES.map((entry) => join(source, `src/${entry}.ts`));
    await writeFile(join(folder, 'page.ts'), PROGRAM.replace('GIVEN', "['/']"));
    const files = ['page.ts', ...(await writeReadme()), ...code];
    const options = {
      lib: ['ES2023', 'DOM'],
      module: 'ESNext',
      moduleResolution: 'bundler',
      allowImportingTsExtensions: true,
    };
    expect(await typeCheck('tsconfig-browsers.json', files, options)).toBe('');
  });
});
