import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { childText, findElement, parseElements } from './elements.ts';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

test('any escaped text and attribute comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (text, attribute) => {
      const [element] = parseElements(
        `Read this:\n<goal id="${escape(attribute)}">${escape(text)}</goal> Thanks.`,
      );
      expect(element?.text).toBe(text.trim());
      expect(element?.attributes.get('id')).toBe(attribute);
    }),
  );
});

test('reads nested, repeated and empty elements', () => {
  const elements = parseElements(
    '<a><b n="1">one</b><b n="2">two</b></a><limits max_tasks="20" decomposition="hybrid" />',
  );
  expect(elements[0]?.children.map((child) => [child.attributes.get('n'), child.text])).toEqual([
    ['1', 'one'],
    ['2', 'two'],
  ]);
  expect(findElement(elements, 'limits')?.attributes.get('max_tasks')).toBe('20');
  expect(childText(elements[0], 'b')).toBe('one');
});

test('a tag inside escaped text does not close the element around it', () => {
  const [goal] = parseElements('<goal>Explain &lt;/goal&gt; &amp;amp; why 1 &lt; 2</goal>');
  expect(goal?.text).toBe('Explain </goal> &amp; why 1 < 2');
});

test('forgives a stray closing tag, an element never closed and a bare "<"', () => {
  const [goal] = parseElements('<goal>1 < 2 </stray> <b>bold</goal><next>x</next>');
  expect(goal?.text).toBe('1 < 2 </stray>');
  expect(goal?.children[0]?.text).toBe('bold');
  expect(parseElements('<goal>open').map((element) => element.text)).toEqual(['open']);
});

test('finds the first of a name in the order of the text, however deep', () => {
  const deep = `${'<a>'.repeat(20_000)}<b>inner</b>`;
  expect(findElement(parseElements(deep), 'b')?.text).toBe('inner');
  expect(findElement(parseElements('<a><b>1</b></a><b>2</b>'), 'b')?.text).toBe('1');
});

test('never throws, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '/', 'a', '"', '=', ' ', '&', ';', '#') }),
      (text) => {
        parseElements(text);
      },
    ),
  );
});
