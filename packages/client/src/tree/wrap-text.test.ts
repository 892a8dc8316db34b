import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth } from './text-width.ts';
import { wrapText } from './wrap-text.ts';

describe('wrapped text', () => {
  it.each([
    ['', []],
    ['one two three', ['one two', 'three']],
    ['a\n b\u001b[2J', ['a b']],
    ['incomprehensible x', ['incompre', 'hensible', 'x']],
    ['日本語の計画', ['日本語の', '計画']],
  ])('of %j fits in eight columns as %j', (text, lines) => {
    expect(wrapText(text, 8)).toEqual(lines);
  });

  it('loses nothing and is never too wide', () => {
    const words = fc.array(fc.stringMatching(/^[a-zé漢🙂]{1,12}$/u), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 20 }), (given, width) => {
        const lines = wrapText(given.join(' '), width);
        expect(lines.join('').replaceAll(' ', '')).toBe(given.join(''));
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
