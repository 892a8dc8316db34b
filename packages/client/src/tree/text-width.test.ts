import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToWidth, fitToWidth, harmless, oneLine, padToWidth, textWidth } from './text-width.ts';

const ESCAPE = '\u001b';
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom('a', '日', '한', '👩‍👩‍👧', '🇯🇵', '❤️', '1️⃣', 'e\u0301', '…'), { maxLength: 20 })
    .map((all) => all.join('')),
);

describe('textWidth', () => {
  it.each([
    ['plain', 5],
    ['日本', 4],
    ['한국', 4],
    ['ｆｕｌｌ', 8],
    ['👍🏽', 2],
    ['👩‍👩‍👧', 2],
    ['🇯🇵', 2],
    ['❤️', 2],
    ['1️⃣', 2],
    ['e\u0301', 1],
    ['⠹✓◐✗⊘○·…←', 9],
    ['\u200b', 0],
  ])('of %s is %d', (given, width) => expect(textWidth(given)).toBe(width));
});

describe('fitToWidth', () => {
  it('never takes more columns than there are, and changes only what is too wide', () => {
    fc.assert(
      fc.property(text, fc.nat(30), (given, width) => {
        const fitted = fitToWidth(given, width);
        expect(textWidth(fitted)).toBeLessThanOrEqual(width);
        if (textWidth(given) <= width) expect(fitted).toBe(given);
        else if (width > 0) expect(fitted.endsWith('…')).toBe(true);
      }),
    );
  });

  it('cuts between characters as people see them', () => {
    expect(cutToWidth('a👩‍👩‍👧b', 2)).toBe('a');
    expect(cutToWidth('a👩‍👩‍👧b', 3)).toBe('a👩‍👩‍👧');
    expect(fitToWidth('日本語', 4)).toBe('日…');
  });

  it('fills up to the width', () => {
    fc.assert(
      fc.property(text, fc.nat(30), (given, width) => {
        expect(textWidth(padToWidth(given, width))).toBe(width);
      }),
    );
  });
});

describe('text of others', () => {
  it('becomes one line that steers nothing', () => {
    expect(oneLine(`  a\r\n\tb ${ESCAPE}[31mred${ESCAPE}[0m\u202e c\u0007 `)).toBe('a b red c');
    expect(oneLine(`${ESCAPE}]0;title\u0007done`)).toBe('done');
  });

  it('keeps its lines and tabs and loses what steers a terminal', () => {
    expect(harmless(`# A\n\tb${ESCAPE}[2J${ESCAPE}[1;1H!\r\u0008`)).toBe('# A\n\tb!');
  });
});
