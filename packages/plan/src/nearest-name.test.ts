import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearestName } from './nearest-name.ts';

test.each([
  ['resercher', 'researcher'],
  ['reseacrher', 'researcher'],
  ['WRITER', 'writer'],
  ['synthesiser', 'synthesizer'],
  ['analyst', 'analyzer'],
  ['MODEL_FST', null],
  ['', null],
  ['x'.repeat(1_000_000), null],
  ['plumber', null],
])('%j is nearest to %j', (name, expected) => {
  expect(nearestName(name, ['researcher', 'analyzer', 'writer', 'coder', 'synthesizer'])).toBe(expected);
});

test('of several near names the nearest wins, the first of equals', () => {
  expect(nearestName('cat', ['cost', 'cart', 'cut', 'cab'])).toBe('cart');
  expect(nearestName('task-2', ['task-1', 'task-3'])).toBe('task-1');
});

test('four edits are too many, however long the names', () => {
  expect(nearestName('MODEL_FSTT', ['MODEL_FAST'])).toBe('MODEL_FAST');
  expect(nearestName('MODEL_RPM', ['MODEL_FAST'])).toBe(null);
});

test('a swap of neighbours is one edit', () => {
  expect(editDistance('market', 'amrket')).toBe(1);
  expect(editDistance('kitten', 'sitting')).toBe(3);
});

test('editDistance is a symmetric distance that its limit only cuts off', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(word, word, fc.nat(8), (left, right, most) => {
      const edits = editDistance(left, right);
      expect(editDistance(right, left)).toBe(edits);
      expect(edits === 0).toBe(left === right);
      expect(edits).toBeGreaterThanOrEqual(Math.abs(left.length - right.length));
      expect(edits).toBeLessThanOrEqual(Math.max(left.length, right.length));
      expect(editDistance(left, right, most)).toBe(edits > most ? Infinity : edits);
    }),
  );
});
