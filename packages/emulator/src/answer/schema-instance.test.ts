import { plannerReplySchema } from '@baton/plan/plan';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { expect, test } from 'vitest';
import { isJsonObject } from '../json.ts';
import { planGoal } from '../planning/plan-goal.ts';
import { promptedSchema } from './prompted-schema.ts';
import { schemaInstance } from './schema-instance.ts';

const text = (name: string): string => `Simulated ${name}`;

test('a value that fits the schema comes back unchanged', () => {
  const workers = [{ name: 'writer', description: '', bestFor: '' }];
  const shared = {
    role: 'planner',
    context: '',
    recipe: null,
    workers,
    maxTasks: 20,
    decomposition: 'hybrid',
    violations: [],
    tellsForEach: false,
    wantsXml: false,
  } as const;
  const { schema } = zodOutputFormat(plannerReplySchema);
  for (const goal of ['Compare A, B and C', 'What is 2+2?']) {
    const reply = planGoal({ ...shared, goal });
    expect(schemaInstance(schema, reply, text)).toEqual(reply);
  }
});

test('makes up what is missing from the schema alone', () => {
  const schema = {
    type: 'object',
    properties: {
      verdict: { type: 'string' },
      pass: { type: 'boolean' },
      score: { type: 'number', minimum: 2, maximum: 5 },
      count: { type: 'integer' },
      kind: { enum: ['first', 'second'] },
      fixed: { const: 7 },
      when: { type: 'string', format: 'date' },
      maybe: { anyOf: [{ type: 'null' }, { type: 'string' }] },
      nullable: { type: ['string', 'null'] },
      list: { type: 'array', items: { $ref: '#/$defs/item' }, minItems: 2 },
      optional: { type: 'string' },
    },
    required: ['verdict', 'pass', 'score', 'count', 'kind', 'fixed', 'when', 'maybe', 'nullable', 'list'],
    $defs: { item: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
  };
  expect(schemaInstance(schema, undefined, text)).toEqual({
    verdict: 'Simulated verdict',
    pass: true,
    score: 2,
    count: 1,
    kind: 'first',
    fixed: 7,
    when: '2000-01-01',
    maybe: 'Simulated maybe',
    nullable: 'Simulated nullable',
    list: [{ name: 'Simulated name' }, { name: 'Simulated name' }],
  });
});

test('leaves out what the schema does not know and keeps a fitting null', () => {
  const schema = {
    type: 'object',
    properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] }, b: { enum: ['x'] } },
    required: ['a', 'b'],
  };
  expect(schemaInstance(schema, { a: null, b: 'y', c: 1 }, text)).toEqual({ a: null, b: 'x' });
});

test('a schema that refers to itself comes to an end', () => {
  const schema = { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] };
  expect(isJsonObject(schemaInstance(schema, undefined, text))).toBe(true);
});

test('finds the schema that a system prompt spells out, and only when it asks for JSON', () => {
  const schema = { type: 'object', properties: { note: { type: 'string', description: 'a "{" inside' } } };
  const system = `Use {braces} freely. Reply with one JSON object alone:\n${JSON.stringify(schema)}\nNothing else.`;
  expect(promptedSchema(system)).toEqual(schema);
  expect(promptedSchema(system.replace('one JSON object alone', 'prose'))).toBeNull();
});
