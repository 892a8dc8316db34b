import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { dashboardLogins } from './dashboard-logins.ts';

const sha256 = createHash('sha256').update('secret').digest('hex');

function problemsOf(text: string): string[] {
  return (dashboardLogins.safeParse(text).error?.issues ?? []).map(({ message }) => message);
}

describe('logins of the dashboard', () => {
  test('are names with the digest of a password and a role, viewer unless given', () => {
    const text = `anna:${sha256}:operator, ben@example.com:${sha256}\ncy:${sha256}:viewer`;
    expect(dashboardLogins.parse(text)).toEqual([
      { name: 'anna', sha256, role: 'operator' },
      { name: 'ben@example.com', sha256, role: 'viewer' },
      { name: 'cy', sha256, role: 'viewer' },
    ]);
  });

  test('are all told that are wrong, without what they hold', () => {
    const problems = problemsOf(
      `anna:secret,ben:${sha256}:admin,cy:${sha256},cy:${sha256}:operator,:${sha256}`,
    );
    expect(problems).toEqual([
      expect.stringMatching(/^entry 1: expected name:sha256hex/),
      expect.stringMatching(/^entry 2: the role is neither viewer nor operator/),
      'entry 4: is a second login named as that of entry 3',
      expect.stringMatching(/^entry 5: expected/),
    ]);
    expect(problems.join()).not.toMatch(new RegExp(`secret|${sha256}`));
  });

  test('are at least one', () => {
    expect(problemsOf(' , ')).toEqual([expect.stringMatching(/^holds no login/)]);
  });
});
