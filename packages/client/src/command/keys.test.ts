import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { baton } from '../testing/baton-command.ts';
import { keyFrom } from './keys.ts';

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

it('makes a key of 256 random bits, and the entry that holds its hash alone', async () => {
  const { exitCode, stdout, stderr } = await baton(['keys', 'create', '--tenant', 'acme']);
  expect(exitCode).toBe(0);
  const [, key = '', entry] =
    /^BATON_API_KEY=(baton_[0-9A-Za-z]{43})\nBATON_API_KEYS=(.*)\n$/.exec(stdout) ?? [];
  expect(entry).toBe(`acme:${hashOf(key)}`);
  expect(stderr).toContain('shown this once');
  expect(stderr).not.toContain(key);
});

it('names the scopes, each once, and prints JSON when asked', async () => {
  const args = ['keys', 'create', '--tenant', 'a_1', '--scopes', 'submit+read+submit', '-o', 'json'];
  const { key, entry } = JSON.parse((await baton(args)).stdout) as { key: string; entry: string };
  expect(entry).toBe(`a_1:${hashOf(key)}:submit+read`);
});

it('never makes the same key twice', async () => {
  const made = await Promise.all(
    Array.from({ length: 20 }, () => baton(['keys', 'create', '--tenant', 'a'])),
  );
  expect(new Set(made.map(({ stdout }) => stdout)).size).toBe(20);
});

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

it.each([0n, 1n, 61n, 62n, 2n ** 255n + 12_345n, 2n ** 256n - 1n])(
  'writes all of %d into 43 digits of base 62',
  (number) => {
    const bytes = Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
    const { key } = keyFrom(bytes, 'acme', null);
    expect(key).toMatch(/^baton_[0-9A-Za-z]{43}$/);
    const digits = Array.from(key.slice('baton_'.length), (digit) => BigInt(DIGITS.indexOf(digit)));
    expect(digits.reduce((total, digit) => total * 62n + digit, 0n)).toBe(number);
  },
);

it.each([
  [['--tenant', 'a b'], 'It must be 1 to 64 letters, digits, "_" or "-".'],
  [['--tenant', 'a', '--scopes', 'submit,read'], 'Join some of submit, read, operate, admin with "+".'],
  [['--tenant', 'a', '--scopes', ''], 'Join some of submit, read, operate, admin with "+".'],
  [[], "required option '--tenant <name>' not specified"],
])('refuses %j', async (flags, message) => {
  const { exitCode, stdout, stderr } = await baton(['keys', 'create', ...flags]);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});
