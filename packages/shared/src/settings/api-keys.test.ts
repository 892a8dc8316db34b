import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiKeys, apiKeysFile, keyIdOf } from './api-keys.ts';

const [one, other] = ['1'.repeat(64), '2'.repeat(64)];

function fileOf(text: string, mode: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'keys');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe('keys', () => {
  it('are each given once', () => {
    expect(apiKeys.safeParse(`acme:${one},web:${other}`).success).toBe(true);
    const { error } = apiKeys.safeParse(`acme:${one},web:${other},web:${one}:read`);
    expect(error?.issues.map(({ message }) => message)).toEqual([
      'entry 3: is the key of entry 1 again: each key belongs to one tenant, once',
    ]);
  });

  it('are named by the beginning of their digest', () => {
    expect(keyIdOf({ sha256: 'abcdef0123456789' })).toBe('abcdef012345');
  });

  it('are never told when they were written in place of their digest', () => {
    const { error } = apiKeys.safeParse('acme:my-secret-key,my-secret-key');
    expect(JSON.stringify(error?.issues)).not.toContain('my-secret-key');
  });
});

describe('a file of keys', () => {
  it.each([
    [0o644, true],
    [0o604, true],
    [0o640, false],
    [0o600, false],
  ])('with the mode %o may be read by all: %s', (mode, isReadableByAll) => {
    const file = apiKeysFile.parse(fileOf(`# ours\nacme:${one}\n`, mode));
    expect(file).toMatchObject({ isReadableByAll, keys: [{ tenant: 'acme', sha256: one }] });
  });

  it('tells what is wrong in it', () => {
    const { error } = apiKeysFile.safeParse(fileOf(`acme:${one}\nacme\n`, 0o600));
    expect(error?.issues.map(({ message }) => message)).toEqual([
      expect.stringContaining('entry 2: expected'),
    ]);
  });
});
