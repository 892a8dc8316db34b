import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { idempotencyKeyOf, idempotencyOf } from './idempotency.ts';
import { ProblemError } from './problem.ts';

function keyOf(...values: string[]): string | null {
  return idempotencyKeyOf({ headersDistinct: { 'idempotency-key': values } } as unknown as Request);
}

describe('the key', () => {
  it.each([
    ['order-17', 'order-17'],
    ['"order-17"', 'order-17'],
    ['a b', 'a b'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('is read from %j', (text, key) => expect(keyOf(text)).toBe(key));

  it.each([[''], ['""'], [' a'], ['ä'], ['x'.repeat(256)], ['a\u0007'], ['one', 'two']])(
    'is refused as %j, with what it must be',
    (...values) => {
      expect(() => keyOf(...values)).toThrow(ProblemError);
      expect(() => keyOf(...values)).toThrow(/^Idempotency-Key: must be 1 to 255/);
    },
  );

  it('may be left out', () => {
    expect(idempotencyKeyOf({ headersDistinct: {} } as Request)).toBeNull();
    expect(idempotencyOf(null, null, {})).toBeNull();
  });
});

describe('a request', () => {
  const body = { goal: 'Compare', options: { maxTasks: 3, priority: 'high' }, labels: { a: 'b' } };

  it('is the same whatever the order of its fields', () => {
    const reordered = { labels: { a: 'b' }, options: { priority: 'high', maxTasks: 3 }, goal: 'Compare' };
    expect(idempotencyOf('k', null, reordered)).toEqual(idempotencyOf('k', null, body));
  });

  it.each([
    { ...body, goal: 'Compare ' },
    { ...body, context: null },
    { ...body, options: { maxTasks: '3', priority: 'high' } },
    [body],
  ])('is another one when anything else differs: %j', (other) => {
    expect(idempotencyOf('k', null, other)?.body).not.toBe(idempotencyOf('k', null, body)?.body);
  });

  it('of a batch never meets one that was sent alone, nor one at another place', () => {
    const keys = [
      idempotencyOf('k', null, body),
      idempotencyOf('k', 0, body),
      idempotencyOf('k', 1, body),
      idempotencyOf('1\nk', 0, body),
      idempotencyOf('0\nk', null, body),
    ].map((idempotency) => idempotency?.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
