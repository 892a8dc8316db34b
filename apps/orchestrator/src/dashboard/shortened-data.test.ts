import { expect, test } from 'vitest';
import { shortenedData, shortenedText } from './shortened-data.ts';

test('long texts, lists and structures are cut, and say how long they are', () => {
  expect(shortenedText('x'.repeat(201))).toBe(`${'x'.repeat(200)}… (201 characters)`);
  expect(shortenedData(Array.from({ length: 21 }, (_, at) => at))).toHaveLength(21);
  expect((shortenedData(Array(1_000).fill(0)) as unknown[]).at(-1)).toBe('… (1000 items)');
  const wide = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`f${at}`, at]));
  expect(shortenedData(wide)).toMatchObject({ f0: 0, '…': '30 fields' });
  const deep = JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`) as unknown;
  expect(JSON.stringify(shortenedData(deep)).length).toBeLessThan(60);
});

test('what sounds secret is hidden, and nothing else', () => {
  const data = {
    goalId: 'goal_1',
    rev: 1,
    apiKey: 'sk',
    nested: { Password: 'x', client_secret: 'y' },
    tokens: 3,
  };
  expect(shortenedData(data)).toEqual({
    goalId: 'goal_1',
    rev: 1,
    apiKey: '(hidden)',
    nested: { Password: '(hidden)', client_secret: '(hidden)' },
    tokens: 3,
  });
  for (const plain of [null, undefined, 0, true, 'short']) expect(shortenedData(plain)).toBe(plain);
});
