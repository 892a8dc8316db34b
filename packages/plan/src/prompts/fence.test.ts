import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { element, escapeAttribute, renderElements } from './fence.ts';

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom('</goal>', '<goal>', '</go', 'al>', '&lt;', '&', '"', '/>', 'x', '\uD800', '<![CDATA['),
    )
    .map((parts) => parts.join('')),
);

function unescape(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');
}

test('elements hold text, elements, or attributes alone', () => {
  const rendered = renderElements([
    element('goal', 'a < b & "c"'),
    element('list', [element('item', '1', { of: 'a"b' }), element('item', '')]),
    element('limits', null, { max_tasks: 20, decomposition: 'hybrid' }),
  ]);
  expect(rendered).toBe(
    [
      '<goal>a &lt; b &amp; "c"</goal>',
      '<list>',
      '<item of="a&quot;b">1</item>',
      '<item></item>',
      '</list>',
      '<limits max_tasks="20" decomposition="hybrid" />',
    ].join('\n'),
  );
});

test('no text closes its element, opens another or is changed', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const rendered = renderElements([element('goal', text)]);
      const inside = rendered.slice('<goal>'.length, -'</goal>'.length);
      expect(rendered).toBe(`<goal>${inside}</goal>`);
      expect(inside).not.toMatch(/[<>]/);
      expect(unescape(inside)).toBe(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
    }),
  );
});

test('no attribute value ends its attribute or its tag', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const escaped = escapeAttribute(text);
      expect(escaped).not.toMatch(/[<>"]/);
      expect(unescape(escaped)).toBe(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
    }),
  );
});

test('what is rendered can be sent as UTF-8', () => {
  expect(renderElements([element('goal', 'a\uD800b \u{1F600}')])).toBe('<goal>a\uFFFDb \u{1F600}</goal>');
});
