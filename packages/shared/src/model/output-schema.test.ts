import { expect, test } from 'vitest';
import { z } from 'zod';
import { nativeSchema, promptSchema } from './output-schema.ts';

test('objects are closed at every depth, and what is not supported is told in words', () => {
  const schema = z.object({
    id: z.string().min(1).max(4).describe('A short name.'),
    score: z.number().min(0).max(1).nullable(),
    count: z.int(),
    parts: z.array(z.object({ kind: z.enum(['a', 'b']) })).min(2),
    tags: z.array(z.string()).min(1).default(['x']),
    link: z.url().optional(),
    at: z.iso.datetime(),
  });
  expect(nativeSchema(schema)).toEqual({
    type: 'object',
    additionalProperties: false,
    required: ['id', 'score', 'count', 'parts', 'at'],
    properties: {
      id: { type: 'string', description: 'A short name.\n\n{minLength: 1, maxLength: 4}' },
      score: { anyOf: [{ type: 'number', description: '{minimum: 0, maximum: 1}' }, { type: 'null' }] },
      count: { type: 'integer' },
      parts: {
        type: 'array',
        description: '{minItems: 2}',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['kind'],
          properties: { kind: { enum: ['a', 'b'] } },
        },
      },
      tags: { type: 'array', minItems: 1, items: { type: 'string' } },
      link: { type: 'string', format: 'uri' },
      at: { type: 'string', format: 'date-time', description: expect.stringContaining('{pattern: ') },
    },
  });
});

test('alternatives become anyOf', () => {
  const schema = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('a') }),
    z.object({ kind: z.literal('b'), value: z.union([z.string(), z.number()]) }),
  ]);
  expect(nativeSchema(schema)).toEqual({
    anyOf: [
      {
        type: 'object',
        additionalProperties: false,
        required: ['kind'],
        properties: { kind: { const: 'a' } },
      },
      {
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'value'],
        properties: {
          kind: { const: 'b' },
          value: { anyOf: [{ type: 'string' }, { type: 'number' }] },
        },
      },
    ],
  });
});

const node = z.object({
  name: z.string(),
  get children() {
    return z.array(node);
  },
});

test.each([
  ['an open map', z.object({ counts: z.record(z.string(), z.number()) })],
  ['an open map of anything', z.object({ notes: z.record(z.string(), z.unknown()) })],
  ['an object with further properties of a kind', z.object({ a: z.string() }).catchall(z.number())],
  ['a tuple', z.object({ pair: z.tuple([z.string(), z.number()]) })],
  ['a tuple that goes on', z.object({ row: z.tuple([z.string()], z.number()) })],
  ['anything', z.object({ value: z.unknown() })],
  ['anything in a list', z.array(z.unknown())],
  ['a recursive shape', node],
  ['an alternative that is one of these', z.union([z.string(), z.record(z.string(), z.string())])],
])('%s has no native schema, and goes into the prompt', (_case, schema) => {
  expect(nativeSchema(schema)).toBeNull();
  expect(Object.keys(promptSchema(schema))).not.toContain('$schema');
});
