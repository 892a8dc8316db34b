import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonInstruction, parseJsonReply } from './json-reply.ts';

const readable = (value: unknown) => ({ kind: 'object', value });

test('the instruction asks for one object and holds the schema', () => {
  expect(jsonInstruction({ type: 'object', properties: { a: { type: 'string' } } })).toBe(
    `# Form of the reply
Reply with one JSON object alone: no text before or after it, and no code fence around it. Escape line breaks inside strings as \\n. The object must match this JSON schema:
{"type":"object","properties":{"a":{"type":"string"}}}`,
  );
});

test.each([
  ['bare', '{"a":1}', { a: 1 }],
  ['in a fence', '```json\n{"a":1}\n```', { a: 1 }],
  ['with a byte order mark', '\uFEFF{"a":1}', { a: 1 }],
  ['with prose around it', 'Here it is:\n{"a":{"b":"}"}}\nAnything else?', { a: { b: '}' } }],
  ['with quotes and braces in strings', 'x {"a":"\\"}{\\\\","b":"```"} y', { a: '"}{\\', b: '```' }],
  ['after braces that are no object', 'Fill in {name}, keep {} empty: { "a": [1] }', { a: [1] }],
  ['after a brace that nothing closes', 'Given {x, it is {"a":1}', { a: 1 }],
  ['after another, shorter one', '{"a":1} became {"a":1,"b":2}', { a: 1, b: 2 }],
])('an object is found %s', (_name, text, value) => {
  expect(parseJsonReply(text)).toEqual(readable(value));
});

test.each([
  ['empty', ' \n'],
  ['no_object', 'I would rather not.'],
  ['no_object', '[{"a":1}]'],
  ['no_object', '"{}"'],
  ['truncated', '{"a":[{"b":1},{"b":2'],
  ['truncated', 'For {} I say ```json\n{"a":"unended}'],
  ['invalid_json', '{"a":1,}'],
  ['invalid_json', '{ \'a\': 1 } {"a": undefined}'],
])('%s: %j', (fault, text) => {
  expect(parseJsonReply(text)).toMatchObject({
    kind: 'unreadable',
    fault,
    message: expect.stringContaining('JSON object'),
  });
});

test('any object is read back from any harmless prose', () => {
  const prose = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '`', '"', '}', ':', ',') });
  const objects = fc
    .dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 })
    .map((value) => JSON.stringify(value, null, 1));
  fc.assert(
    fc.property(prose, objects, prose, (before, object, after) => {
      expect(parseJsonReply(`${before}${object}${after}`)).toEqual(readable(JSON.parse(object)));
    }),
  );
});

test('a reply cut anywhere inside its object is never taken for a whole one', () => {
  const objects = fc
    .dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 })
    .map((value) => JSON.stringify(value));
  fc.assert(
    fc.property(objects, fc.nat(), (object, cut) => {
      const reply = parseJsonReply(object.slice(0, 1 + (cut % (object.length - 1))));
      expect(reply.kind).toBe('unreadable');
    }),
  );
});

test('hostile text takes time linear in its length', () => {
  expect(parseJsonReply('{"'.repeat(200_000)).kind).toBe('unreadable');
  expect(parseJsonReply('{ '.repeat(200_000)).kind).toBe('unreadable');
  expect(parseJsonReply('{"a":}'.repeat(5_000)).kind).toBe('unreadable');
});
