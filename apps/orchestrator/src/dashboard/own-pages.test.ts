import type { Request } from 'express';
import { expect, test } from 'vitest';
import { isOwnPage } from './own-pages.ts';

function from(headers: Record<string, string>): boolean {
  const all: Record<string, string> = { host: 'baton.example:3000', ...headers };
  return isOwnPage({ get: (name: string) => all[name] } as Request);
}

test.each([
  [{ 'sec-fetch-site': 'same-origin' }],
  [{ 'sec-fetch-site': 'none' }],
  // A proxy may call Baton by another name.
  [{ 'sec-fetch-site': 'same-origin', origin: 'https://public.example' }],
  [{ origin: 'https://baton.example:3000' }],
  [{ referer: 'http://baton.example:3000/admin/queues' }],
  [{ origin: 'https://public.example', 'x-forwarded-host': 'public.example, inner' }],
  [{}],
])('%o is its own page, or no browser', (headers) => {
  expect(from(headers)).toBe(true);
});

test.each([
  [{ 'sec-fetch-site': 'cross-site' }],
  [{ 'sec-fetch-site': 'same-site' }],
  [{ 'sec-fetch-site': 'cross-site', origin: 'http://baton.example:3000' }],
  [{ origin: 'http://evil.example' }],
  [{ origin: 'http://baton.example' }],
  [{ origin: 'null' }],
  [{ origin: 'http://baton.example:3000.evil.example' }],
  [{ referer: 'http://evil.example/baton.example:3000' }],
  [{ referer: 'not an address' }],
])('%o is not', (headers) => {
  expect(from(headers)).toBe(false);
});
