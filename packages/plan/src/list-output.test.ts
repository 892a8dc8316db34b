import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listOutput, MOST_ITEMS } from './list-output.ts';

const itemsOf = (output: string, metadata = {}): readonly string[] => {
  const list = listOutput(output, metadata);
  if (list.kind === 'none') throw new Error(list.reason);
  return list.items;
};

/** One line of text that no reader takes for anything else. */
const line = fc
  .string({ unit: fc.constantFrom(...'abcdefghij XYZ0123456789,:?'.split('')), minLength: 1, maxLength: 40 })
  .map((text) => `x${text}`.trim());
const lists = fc.array(line, { minLength: 1, maxLength: MOST_ITEMS });

describe('the list in an output', () => {
  it('is read back from every form that it may be given in', () => {
    fc.assert(
      fc.property(lists, fc.constantFrom('-', '*', '+', '1.', '2)'), (items, mark) => {
        for (const output of [
          JSON.stringify(items),
          JSON.stringify({ items, note: 'as asked', others: items }),
          JSON.stringify({ cities: items, count: items.length }),
          `Here they are:\n\n\`\`\`json\n${JSON.stringify(items, null, 2)}\n\`\`\`\nDone.`,
          items.map((item) => `${mark} ${item}`).join('\n'),
          `# Found\n\n${items.map((item, at) => `${at + 1}. ${item}`).join('\n\n')}\n\nThat is all.`,
        ])
          expect(itemsOf(output)).toEqual(items);
      }),
    );
  });

  it('never throws, and never has more items than may be, none of them empty', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.string({ unit: fc.constantFrom(...'-* 1.)\n`[]{}"ax'.split('')) }),
    );
    fc.assert(
      fc.property(texts, fc.dictionary(fc.string(), fc.anything()), (output, metadata) => {
        const list = listOutput(output, metadata);
        if (list.kind === 'none') return list.reason !== '';
        expect(list.items.length).toBeGreaterThan(0);
        expect(list.items.length).toBeLessThanOrEqual(MOST_ITEMS);
        return list.items.every((item) => item.trim() !== '');
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes what its task noted before what it wrote', () => {
    expect(itemsOf('- no', { list: ['one', 'two'] })).toEqual(['one', 'two']);
    expect(itemsOf('- yes', { list: [1, 2] })).toEqual(['yes']);
  });

  it('keeps what belongs to an item together, and leaves what is around the list out', () => {
    expect(itemsOf('Cities:\n- Ghent\n  in Flanders\n  - old\n- Liège\n\nAnd so on.\n---\n')).toEqual([
      'Ghent\nin Flanders\n- old',
      'Liège',
    ]);
  });

  it('gives objects as JSON, and leaves null and blanks out', () => {
    expect(itemsOf('[{"city":"Ghent"}, 3, true, null, " "]')).toEqual(['{"city":"Ghent"}', '3', 'true']);
  });

  it.each([
    ['[]', 'empty'],
    ['{"a":[1],"b":[2]}', 'one field'],
    ['{"a":1}', 'one field'],
    ['Ghent and Liège.', 'no list'],
    ['', 'no list'],
    ['"text"', 'no list'],
    [JSON.stringify(Array.from({ length: 101 }, (_, at) => `i${at}`)), '101 items'],
    [JSON.stringify(['x'.repeat(40_000)]), 'number 1'],
  ])('says what is wrong with %.20s', (output, reason) => {
    expect(listOutput(output)).toMatchObject({ kind: 'none', reason: expect.stringContaining(reason) });
  });
});
