import type { Request, Response } from 'express';
import { describe, expect, it } from 'vitest';
import { refuseForeignHosts } from './authenticate.ts';
import { ProblemError } from './problem.ts';

const key = { tenant: 'acme', sha256: '0'.repeat(64), scopes: ['read'] as const };

function isServed(keys: (typeof key)[], hostname: string): boolean {
  let served = false;
  try {
    void refuseForeignHosts(keys)({ hostname } as Request, {} as Response, () => (served = true));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
  return served;
}

describe('a server without keys', () => {
  it.each(['localhost', '127.0.0.1', '[::1]'])('answers under %s', (hostname) => {
    expect(isServed([], hostname)).toBe(true);
  });

  it.each(['evil.example', 'localhost.evil.example', ''])('does not answer under "%s"', (hostname) => {
    expect(isServed([], hostname)).toBe(false);
    expect(isServed([key], hostname)).toBe(true);
  });
});
