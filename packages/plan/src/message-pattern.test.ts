import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { messagePattern, MOST_PATTERN_CHARACTERS } from './message-pattern.ts';

it.each([
  ['It took 1,200.5 s, 3 times.', 'It took <n> s, <n> times.'],
  [
    'https://api.example.com:8443/v1?x=1 is overloaded (529 overloaded_error: Overloaded)',
    '<url> is overloaded (<n> overloaded_error: Overloaded)',
  ],
  ['Goal goal_01jabc23def45 has no task "market-size".', 'Goal <id> has no task "…".'],
  ['At 2026-03-02T09:00:04.120Z and on 2026-03-02', 'At <time> and on <time>'],
  ['request 6f9619ff-8b86-4011-b42d-00c04fc964ff, digest 9f86d081884c7d65', 'request <id>, digest <id>'],
  ['http_503 of gpt-4o  and\n\n claude-sonnet-5-5', 'http_503 of gpt-4o and claude-sonnet-5-5'],
  ['`a` is no `b`', '`…` is no `…`'],
  ['req_011CSHoEeqs5C35K2UUqR7Fy failed', '<id> failed'],
  ['invalid_request_error', 'invalid_request_error'],
])('%s', (message, pattern) => {
  expect(messagePattern(message)).toBe(pattern);
});

it('is short, and its own pattern', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 4_000 }), (message) => {
      const pattern = messagePattern(message);
      expect(pattern.length).toBeLessThanOrEqual(MOST_PATTERN_CHARACTERS);
      if (!pattern.endsWith('…')) expect(messagePattern(pattern)).toBe(pattern);
    }),
  );
});

it('takes no longer than it is long', () => {
  const began = performance.now();
  for (const part of ['1,', '"', 'a_', '0', '`', ' ', 'https://', '9-']) messagePattern(part.repeat(100_000));
  expect(performance.now() - began).toBeLessThan(1_000);
});
