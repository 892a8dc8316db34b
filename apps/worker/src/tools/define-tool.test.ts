import { expect, it } from 'vitest';
import { z } from 'zod';
import { createLogger } from '@baton/shared/telemetry/logger';
import { defineTool, isTool } from './define-tool.ts';
import { matchesAny } from './name-patterns.ts';
import { withoutSecrets, withVariables } from './secrets.ts';
import { ToolError } from './tool.ts';
import { wireName } from './wire-name.ts';

const input = z.object({ place: z.string().describe('A town.'), days: z.int().default(1) });
const about = { name: 'book', description: 'Books a room.', input, idempotent: false };
const context = {
  signal: new AbortController().signal,
  log: createLogger('test', 'silent'),
  idempotencyKey: 'k',
};

it('a tool tells the model of its input, and gets it checked and completed', async () => {
  const tool = defineTool({
    ...about,
    run: ({ place, days }, { idempotencyKey }) => ({ place, days, idempotencyKey }),
  });
  expect(isTool(tool)).toBe(true);
  expect(tool).toMatchObject({ name: 'book', idempotent: false, timeout: 30_000, maxOutput: 20_000 });
  expect(tool.inputSchema).toMatchObject({
    type: 'object',
    properties: { place: { type: 'string', description: 'A town.' }, days: { type: 'integer' } },
    required: ['place'],
  });
  expect(tool.inputSchema).not.toHaveProperty('$schema');
  const data = { place: 'Faro', days: 1, idempotencyKey: 'k' };
  expect(await tool.run({ place: 'Faro' }, context)).toEqual({
    text: JSON.stringify(data),
    data,
    isError: false,
  });
  await expect(tool.run({ place: 1 }, context)).rejects.toThrow(ToolError);
  await expect(tool.run(null, context)).rejects.toThrow(/does not fit the tool's schema: input: /);
});

it('text is kept as it is, and nothing as nothing', async () => {
  const tool = (given: unknown) => defineTool({ ...about, run: () => given });
  expect(await tool('Faro').run({ place: 'x' }, context)).toEqual({
    text: 'Faro',
    data: null,
    isError: false,
  });
  expect(await tool(undefined).run({ place: 'x' }, context)).toEqual({
    text: '',
    data: null,
    isError: false,
  });
});

it('a result that JSON can not hold is told as one that was carried out', async () => {
  const tool = defineTool({ ...about, run: () => ({ order: 7n }) });
  await expect(tool.run({ place: 'x' }, context)).rejects.toThrow(/^The call was carried out, but .*BigInt/);
});

it.each([
  ['a name with a space', { name: 'my tool' }, 'The tool "my tool": name: must be a letter'],
  ["a name of a server's tool", { name: 'a__b' }, 'name: must have no "__"'],
  ["a name of the endpoint's", { name: 'web_search' }, "name: is the name of one of the endpoint's"],
  ['no description', { description: '' }, 'The tool "book": description: '],
  ['a time limit of 0', { timeout: 0 }, 'The tool "book": timeout: '],
  ['too few characters', { maxOutput: 1 }, 'The tool "book": maxOutput: '],
])('is not defined with %s', (_what, part, message) => {
  expect(() => defineTool({ ...about, ...part, run: () => '' })).toThrow(message);
});

it('is not defined with an input that JSON schema can not tell', () => {
  const dated = { ...about, input: z.object({ day: z.date() }) };
  expect(() => defineTool({ ...dated, run: () => '' })).toThrow('The tool "book": input: ');
});

it('names are told to the model as endpoints take them, each by another', () => {
  expect(wireName('geocode')).toBe('geocode');
  expect(wireName('github/search_code')).toBe('github__search_code');
  const odd = ['a/b.c', 'a/b:c', `a/${'x'.repeat(80)}`, `a/${'x'.repeat(81)}`].map(wireName);
  expect(new Set(odd).size).toBe(4);
  for (const name of odd) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
});

it('patterns have stars, and nothing else that is special', () => {
  expect(matchesAny(['search_*'], 'search_code')).toBe(true);
  expect(matchesAny(['*'], 'anything')).toBe(true);
  expect(matchesAny(['a.c'], 'abc')).toBe(false);
  expect(matchesAny(['search'], 'search_code')).toBe(false);
  expect(matchesAny([], '')).toBe(false);
});

it('variables are filled in, and secrets blotted out', () => {
  expect(withVariables('Bearer ${KEY}', { KEY: 's' })).toEqual({
    text: 'Bearer s',
    missing: [],
    values: ['s'],
  });
  expect(withVariables('${A} ${B}', { A: '' }).missing).toEqual(['A', 'B']);
  expect(withoutSecrets('a 1234567 b', ['1234567', 'b'])).toBe('a … b');
  expect(withoutSecrets('1234567-secret', ['1234567', '1234567-secret'])).toBe('…');
});
