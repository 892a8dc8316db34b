import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citationsIn, withoutCitations } from './citations.ts';

const tasks = ['market', 'pricing', 'risk_2'].map((id) => ({ id, description: `Do ${id}.` }));
const ids = tasks.map(({ id }) => id);
const cited = (output: string): string[] => citationsIn(output, tasks).map(({ taskId }) => taskId);

describe('citations', () => {
  it.each([
    ['one', 'It grows [market].', ['market']],
    ['each once, in the order of first mention', '[pricing] [market] [pricing]', ['pricing', 'market']],
    ['several in a pair', 'It grows [market, risk_2; pricing].', ['market', 'risk_2', 'pricing']],
    ['side by side', 'It grows [market][pricing].', ['market', 'pricing']],
    ['before a colon', '[market]: it grows.', ['market']],
    ['known ids alone', 'It [x] grows [market, rumour] in [2024].', ['market']],
    ['nested', 'It grows ([[market]]).', ['market']],
    ['after a code span', '`a[0]` grows [market].', ['market']],
    ['after a backtick that opens nothing', 'A ` and\n\nit grows [market] `.', ['market']],
    ['after a fence', '```js\na[market]\n```\n[pricing]', ['pricing']],
  ])('are found: %s', (_what, output, expected) => {
    expect(cited(output)).toEqual(expected);
  });

  it.each([
    ['a link', '[market](https://example.com)'],
    ["a link's target", 'See it.\n[market]: https://example.com'],
    ['an image', '![market]'],
    ['an escaped bracket', '\\[market]'],
    ['a code span', 'Read `rows[market]` and ``a ` [pricing]``.'],
    ['a fence', '```\n[market]\n```'],
    ['a fence in a fence', '````\n```\n[market]\n````'],
    ['a fence that does not end', '~~~ts\n[market]\n```\n[pricing]'],
    ['another case', '[Market]'],
    ['an id in a sentence', '[the market of today]'],
  ])('are not taken from %s', (_what, output) => {
    expect(cited(output)).toEqual([]);
  });

  it('say what the task was to do', () => {
    expect(citationsIn('[risk_2]', tasks)).toEqual([{ taskId: 'risk_2', description: 'Do risk_2.' }]);
  });

  it('go, with the blank before them, and leave what is not known', () => {
    const output = 'It grows [market], fast [pricing, rumour].\n`a[market]` [other]\n- [market] Yes.';
    expect(withoutCitations(output, ids)).toBe('It grows, fast [rumour].\n`a[market]` [other]\n- Yes.');
  });
});

const word = fc.stringMatching(/^[a-z ,.()#>*-]{0,20}$/);
const mention = fc.constantFrom(...ids);
/** Anything that could confuse a reader of brackets and code. */
const noise = fc
  .array(
    fc.constantFrom(
      '[',
      ']',
      '`',
      '```',
      '~~~',
      '\n',
      '\n\n',
      '(',
      ')',
      '!',
      '\\',
      ':',
      ' ',
      ',',
      'x',
      ...ids,
    ),
  )
  .map((parts) => parts.join(''));

describe('citations of any text', () => {
  it('are those that were put into it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, mention)), word, (parts, end) => {
        const output = `${parts.map(([text, id]) => `${text}x [${id}]`).join(' ')} ${end}`;
        expect(cited(output)).toEqual([...new Set(parts.map(([, id]) => id))]);
      }),
    );
  });

  it('are none when it is code', () => {
    fc.assert(
      fc.property(noise, (text) => {
        expect(cited(`\`\`\`\`\`\`\n${text.replaceAll('`', '')}\n\`\`\`\`\`\``)).toEqual([]);
      }),
    );
  });

  it('are known, and in brackets somewhere in it', () => {
    fc.assert(
      fc.property(noise, (text) => {
        const all = cited(text);
        expect(new Set(all).size).toBe(all.length);
        for (const id of all) expect(text).toMatch(new RegExp(`\\[[^\\[\\]\\n]*${id}[^\\[\\]\\n]*\\]`));
      }),
    );
  });

  it('are gone once they were taken out', () => {
    fc.assert(
      fc.property(noise, (text) => {
        const rest = withoutCitations(text, ids);
        expect(cited(rest)).toEqual([]);
        if (cited(text).length === 0) expect(rest).toBe(text);
      }),
    );
  });
});
