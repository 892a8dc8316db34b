import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refuseDeepJson } from './json-depth.ts';

const read = (text: string) => () => refuseDeepJson(Buffer.from(text));

describe('the depth of a body', () => {
  it('is at most 64 levels', () => {
    expect(read('['.repeat(64) + ']'.repeat(64))).not.toThrow();
    expect(read('['.repeat(65) + ']'.repeat(65))).toThrow('64');
    expect(read('{"a":'.repeat(100_000))).toThrow('64');
  });

  it('does not count brackets in texts', () => {
    expect(read(JSON.stringify({ a: '['.repeat(1_000), b: '"\\"[[' }))).not.toThrow();
    const shallow = fc.jsonValue({ maxDepth: 10 }).map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(shallow, (text) => {
        expect(read(text)).not.toThrow();
      }),
    );
  });
});
