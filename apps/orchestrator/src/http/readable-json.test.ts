import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refuseUnreadableJson } from './readable-json.ts';

const read = (text: string) => () => refuseUnreadableJson(Buffer.from(text), 'utf-8');

describe('a body', () => {
  it('is at most 64 levels deep', () => {
    expect(read('['.repeat(64) + ']'.repeat(64))).not.toThrow();
    expect(read('['.repeat(65) + ']'.repeat(65))).toThrow('64');
    expect(read('{"a":'.repeat(100_000))).toThrow('64');
    expect(read(`["\\\\",${'['.repeat(70)}`)).toThrow('64');
  });

  it('holds at most 60,000 items, of which 25,000 are fields', () => {
    const list = (count: number): string => JSON.stringify(Array.from({ length: count }, () => 1));
    expect(read(list(60_000))).not.toThrow();
    expect(read(list(60_001))).toThrow('60000');
    expect(read(`[${'{"a":1},'.repeat(25_000)}1]`)).not.toThrow();
    expect(read(`[${'{"a":1},'.repeat(25_001)}1]`)).toThrow('25000');
  });

  it('is UTF-8, whatever it says of itself', () => {
    expect(() => refuseUnreadableJson(Buffer.from('"\xff"', 'latin1'), 'utf-8')).toThrow('not UTF-8');
    expect(() => refuseUnreadableJson(Buffer.from('"\xed\xa0\x80"', 'latin1'), 'utf-8')).toThrow('not UTF-8');
  });

  it.each(['utf-16', 'utf-16le', 'utf-7', 'utf-32'])(
    'is not %s, whose brackets bytes can hide',
    (charset) => {
      expect(() => refuseUnreadableJson(Buffer.from('{}'), charset)).toThrow('UTF-8');
    },
  );

  it('may hold any brackets and commas in its texts', () => {
    expect(read(JSON.stringify({ a: '[,'.repeat(70_000), b: '"\\"[[', c: '\\' }))).not.toThrow();
    const shallow = fc.jsonValue({ maxDepth: 10 }).map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(shallow, (text) => {
        expect(read(text)).not.toThrow();
      }),
    );
  });

  it('is read in time linear to its size, also when it is all backslashes', () => {
    expect(read(`"${'\\'.repeat(1_000_000)}"`)).not.toThrow();
    expect(read(`"${'\\"'.repeat(500_000)}"`)).not.toThrow();
  });
});
