import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitTexts, fitToTokens, tokensIn, type RankedText } from './context-window.ts';

/** Texts of any script, rich in surrogate pairs. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: fc.constantFrom('a', 'é', '漢', '😀', '<', '&'), maxLength: 400 }),
);
const anyTexts = fc.array(fc.record({ text: anyText, rank: fc.integer({ min: -3, max: 3 }) }), {
  maxLength: 8,
});
const anyBudget = fc.integer({ min: 0, max: 2_000 });

function lengthOf(texts: readonly { text: string }[]): number {
  return texts.reduce((sum, { text }) => sum + text.length, 0);
}

describe('texts that are made to fit', () => {
  it('are never longer than the budget', () => {
    fc.assert(
      fc.property(anyTexts, anyBudget, (texts, budget) => {
        expect(lengthOf(fitTexts(texts, budget))).toBeLessThanOrEqual(budget);
      }),
    );
  });

  it('are whole when they all fit', () => {
    fc.assert(
      fc.property(anyTexts, fc.nat(500), (texts, spare) => {
        const whole = texts.map(({ text }) => ({ text, kept: text.length, of: text.length }));
        expect(fitTexts(texts, lengthOf(texts) + spare)).toEqual(whole);
      }),
    );
  });

  it('keep their order, their beginning and their end, and say how much is gone', () => {
    fc.assert(
      fc.property(anyTexts, anyBudget, (texts, budget) => {
        const fitted = fitTexts(texts, budget);
        expect(fitted.map(({ of }) => of)).toEqual(texts.map(({ text }) => text.length));
        for (const [index, { text, kept, of }] of fitted.entries()) {
          const original = texts[index]?.text ?? '';
          if (kept === of) expect(text).toBe(original);
          else if (text === '') expect(kept).toBe(0);
          else {
            const [head = '', tail = ''] = text.split(`\n[… ${of - kept} characters left out …]\n`);
            expect(head.length + tail.length).toBe(kept);
            expect(original.startsWith(head) && original.endsWith(tail)).toBe(true);
          }
        }
      }),
    );
  });

  it('are never cut inside a character', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 300 })), anyBudget, (texts, budget) => {
        const ranked = texts.map((text) => ({ text: text.toWellFormed(), rank: 0 }));
        for (const { text } of fitTexts(ranked, budget)) expect(text.isWellFormed()).toBe(true);
      }),
    );
    const emoji = { text: '😀'.repeat(100), rank: 0 };
    for (let budget = 0; budget < 200; budget += 1) {
      expect(fitTexts([emoji], budget)[0]?.text.isWellFormed()).toBe(true);
    }
  });

  it('give way by rank: the higher one keeps no less', () => {
    fc.assert(
      fc.property(anyTexts, anyBudget, (texts, budget) => {
        const fitted = fitTexts(texts, budget);
        const length = (index: number): number => fitted[index]?.text.length ?? 0;
        for (const [high, { rank, text }] of texts.entries()) {
          for (const [low, other] of texts.entries()) {
            // Cutting whole characters may cost either of its ends one.
            if (rank >= other.rank && length(high) < text.length && text !== '')
              expect(length(low)).toBeLessThanOrEqual(
                Math.max(length(high) + 2, length(high) === 0 ? 40 : 0),
              );
          }
        }
      }),
    );
    const [top, bottom] = fitTexts(
      [
        { text: 'a'.repeat(9_000), rank: 1 },
        { text: 'b'.repeat(9_000), rank: 0 },
      ],
      6_000,
    );
    expect(top?.text).toHaveLength(4_000);
    expect(bottom?.text).toHaveLength(2_000);
  });

  it('leave to the long ones what the short ones do not need', () => {
    const [short, long] = fitTexts(
      [
        { text: 'short', rank: 0 },
        { text: 'x'.repeat(5_000), rank: 0 },
      ],
      1_005,
    );
    expect(short?.kept).toBe(5);
    expect(long?.text).toHaveLength(1_000);
    expect(long?.text).toMatch(/^x{600,}\n\[… 4\d{3} characters left out …\]\nx{300,}$/);
  });
});

describe('texts that are made to fit a number of tokens', () => {
  it('fit by the estimate, and are whole when they all do', () => {
    fc.assert(
      fc.property(anyTexts, fc.integer({ min: -5, max: 1_000 }), (texts, tokens) => {
        const needed = (of: readonly { text: string }[]): number =>
          of.reduce((sum, { text }) => sum + tokensIn(text), 0);
        const fitted = fitToTokens(texts, tokens);
        expect(needed(fitted)).toBeLessThanOrEqual(Math.max(0, tokens));
        if (needed(texts) <= tokens)
          expect(fitted.map(({ text }) => text)).toEqual(texts.map(({ text }) => text));
      }),
    );
  });

  it('are estimated by what they become in a prompt: other scripts and escapes take more', () => {
    expect(tokensIn('abcdef')).toBe(2);
    expect(tokensIn('漢字')).toBe(2);
    expect(tokensIn('<>')).toBe(Math.ceil('&lt;&gt;'.length / 3));
    expect(tokensIn('')).toBe(0);
  });

  it('take long texts in their stride', () => {
    const texts: RankedText[] = [
      { text: 'ab '.repeat(1_000_000), rank: 1 },
      { text: '漢'.repeat(1_000_000), rank: 0 },
    ];
    const fitted = fitToTokens(texts, 100_000);
    expect(fitted.reduce((sum, { text }) => sum + tokensIn(text), 0)).toBeGreaterThan(60_000);
  });
});
