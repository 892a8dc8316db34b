import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { characterStart, oneLine, slice } from './shortened.ts';

const texts = fc.string({ unit: 'grapheme', maxLength: 60 });

describe('a part of a text', () => {
  it('and the parts after it are the whole text, each of whole characters', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 10 }), (text, limit) => {
        const parts: string[] = [];
        for (let at = 0; at < text.length; at += parts.at(-1)?.length ?? 0) {
          parts.push(slice(text, at, limit));
        }
        expect(parts.join('')).toBe(text);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(limit);
          expect(part.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it('begins with a whole character wherever it is asked to begin', () => {
    expect(characterStart('a🎌b', 2)).toBe(1);
    expect(slice('a🎌b', 2, 10)).toBe('🎌b');
  });
});

describe('a line', () => {
  it('holds no line break and no control character, and is never too long', () => {
    expect(oneLine(' one\n\ttwo\u001b[31m ', 20)).toBe('one two [31m');
    fc.assert(
      fc.property(texts, (text) => {
        const line = oneLine(text, 12);
        expect(line.length).toBeLessThanOrEqual(12);
        expect(line).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
