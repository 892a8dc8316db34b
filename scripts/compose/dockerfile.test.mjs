import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../paths.mjs';
import { readCompose } from './compose-file.mjs';

const text = readFileSync(join(repositoryRoot, 'Dockerfile'), 'utf8');

/** `line`: all of it, flags too. @typedef {{ keyword: string, words: string[], line: string }} Step */

/** Stage to its steps, those of the stage that it begins with among them. @type {Map<string, Step[]>} */
const stages = new Map();
let current = '';
for (const instruction of DockerfileParser.parse(text).getInstructions()) {
  const keyword = instruction.getKeyword();
  const words = instruction.getArguments().map((argument) => argument.getValue());
  if (keyword === 'FROM') {
    current = words[2] ?? '';
    stages.set(current, [...(stages.get(words[0] ?? '') ?? [])]);
  }
  const { start, end } = instruction.getRange();
  const line = text
    .split('\n')
    .slice(start.line, end.line + 1)
    .map((part) => part.replace(/\\$/, '').trim())
    .join(' ');
  if (current) stages.get(current)?.push({ keyword, words, line });
}

/** @param {string} stage @param {string} keyword */
function stepsOf(stage, keyword) {
  return (stages.get(stage) ?? []).filter((step) => step.keyword === keyword);
}

/** The last one counts. @param {string} stage @param {string} keyword */
function told(stage, keyword) {
  return stepsOf(stage, keyword).at(-1)?.words.join(' ');
}

it('has no fault that a linter knows', () => {
  expect(validate(text).map(({ message, range }) => [range.start.line + 1, message])).toEqual([]);
});

const targets = Object.values(readCompose().services).flatMap(({ build }) => (build ? [build.target] : []));

describe.each([...new Set(targets)])('the image %s', (target) => {
  it('runs without rights, in production, and is told to end by the signal that drains it', () => {
    expect(told(target, 'USER')).toBe('1000:1000');
    expect(stepsOf(target, 'ENV').flatMap(({ words }) => words)).toContain('NODE_ENV=production');
    expect(told(target, 'STOPSIGNAL')).toBe('SIGTERM');
  });

  it('starts node itself, without a shell that would keep signals, and knows whether it is ready', () => {
    const [command] = stepsOf(target, 'CMD');
    expect(command?.words.join(' ')).toMatch(/^\[ ?"?node"?,? "?(apps|packages)\/\w+\/dist\/main\.js"? ?\]$/);
    const port = told(target, 'EXPOSE');
    expect(told(target, 'HEALTHCHECK')).toContain(`http://127.0.0.1:${port}/readyz`);
  });

  it('says what it is', () => {
    const labels = stepsOf(target, 'LABEL').flatMap(({ words }) => words.map((word) => word.split('=')[0]));
    for (const name of [
      'title',
      'description',
      'licenses',
      'vendor',
      'version',
      'revision',
      'created',
      'source',
      'base.name',
    ]) {
      expect(labels).toContain(`org.opencontainers.image.${name}`);
    }
  });
});

it('installs by the lockfile only, from a store that later builds find again', () => {
  const installs = [...stages.values()]
    .flatMap((steps) => steps.filter(({ keyword }) => keyword === 'RUN'))
    .filter(({ line }) => line.includes(' install '));
  expect(installs.length).toBeGreaterThanOrEqual(4);
  for (const { line } of installs) {
    expect(line).toMatch(/^RUN --mount=type=cache,id=pnpm-store,target=\/pnpm-store +pnpm install /);
    expect(line).toMatch(/ (--prod )?--frozen-lockfile --filter /);
  }
});

it('copies what is there, and what .dockerignore lets through', () => {
  const rules = readFileSync(join(repositoryRoot, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  expect(rules[0]).toBe('*');
  const allowed = rules.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const copied = [...stages.values()]
    .flatMap((steps) => steps.filter(({ keyword, line }) => keyword === 'COPY' && !line.includes('--from=')))
    .flatMap(({ words }) => words.slice(0, -1));
  expect(copied.length).toBeGreaterThan(8);
  for (const path of copied) {
    expect(existsSync(join(repositoryRoot, path)), path).toBe(true);
    expect(
      allowed.some((each) => path === each || path.startsWith(`${each}/`)),
      `.dockerignore keeps ${path} out`,
    ).toBe(true);
  }
});

it('brings the manifest of every package that a program is made of before it installs', () => {
  const manifests = stepsOf('build', 'COPY').flatMap(({ words }) => words.slice(0, -1));
  const seen = new Set(['apps/orchestrator', 'apps/worker', 'packages/emulator']);
  for (const folder of seen) {
    const { dependencies = {} } = JSON.parse(
      readFileSync(join(repositoryRoot, folder, 'package.json'), 'utf8'),
    );
    for (const name of Object.keys(dependencies)) {
      if (name.startsWith('@baton/')) seen.add(name.replace('@baton/', 'packages/'));
    }
  }
  expect(seen.size).toBeGreaterThan(4);
  for (const folder of seen) expect(manifests).toContain(`${folder}/package.json`);
});
