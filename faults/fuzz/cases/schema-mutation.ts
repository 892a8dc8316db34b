import type { Random } from '../random.ts';
import { inheritedNames, nearlyRight, raw, strangeText, valueOfType, type JsonType } from '../strange.ts';
import type { JsonSchema } from './fuzz-case.ts';

/** A change that makes a lawful value unlawful, and where the refusal has to point. */
export interface Mutation {
  readonly what: string;
  /** Such as `plan.tasks[0].id`. */
  readonly path: string;
  readonly value: unknown;
}

/** `#/components/schemas/…` → the schema. */
export type Definitions = Readonly<Record<string, JsonSchema>>;

export interface Place {
  readonly path: readonly (string | number)[];
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

function resolved(schema: JsonSchema, definitions: Definitions): JsonSchema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (definitions[name] ?? {});
}

function alternatives(schema: JsonSchema, definitions: Definitions): JsonSchema[] {
  const own = resolved(schema, definitions);
  return own.anyOf ? own.anyOf.flatMap((part) => alternatives(part, definitions)) : [own];
}

/** Every field that the schema has, once: of a list its first item. */
export function placesOf(
  schema: JsonSchema,
  definitions: Definitions,
  path: Place['path'] = [],
  isRequired = true,
): Place[] {
  const own: Place = { path, schema, isRequired };
  const inner = alternatives(schema, definitions).flatMap((part) => {
    const fields = Object.entries(part.properties ?? {}).flatMap(([name, field]) =>
      placesOf(field, definitions, [...path, name], part.required?.includes(name) ?? false),
    );
    return part.items ? [...fields, ...placesOf(part.items, definitions, [...path, 0])] : fields;
  });
  return [own, ...inner];
}

function pathText(path: Place['path']): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}

const typeNames: Readonly<Record<string, JsonType>> = { integer: 'number' };
const allTypes: readonly JsonType[] = ['string', 'number', 'boolean', 'null', 'array', 'object'];

function typesTaken(parts: readonly JsonSchema[]): Set<string> {
  return new Set(parts.flatMap(({ type }) => (type === undefined ? [] : [typeNames[type] ?? type])));
}

type Change = readonly [what: string, value: unknown, at?: string];

function ofString(random: Random, schema: JsonSchema): Change[] {
  const { maxLength, minLength, pattern } = schema;
  return [
    ...(maxLength === undefined ? [] : [['one character too long', 'x'.repeat(maxLength + 1)] as const]),
    ...(minLength ? [['empty', ''] as const] : []),
    ...(pattern === undefined
      ? []
      : unlike(random, pattern).map((text) => ['against its pattern', text] as const)),
  ];
}

function unlike(random: Random, pattern: string): string[] {
  const expression = new RegExp(pattern, 'i');
  const tried = [strangeText(random), strangeText(random), '', '1:2/3', 'x'.repeat(10_000), 'a\n', 'ä'];
  return tried.filter((text) => !expression.test(text)).slice(0, 2);
}

function ofNumber({ type, minimum, maximum }: JsonSchema): Change[] {
  return [
    ...(minimum === undefined
      ? []
      : [['below the least', minimum - 1] as const, ['minus zero less', -0.5] as const]),
    ...(maximum === undefined
      ? []
      : [['above the most', maximum + 1] as const, ['2^53+1', raw('9007199254740993')] as const]),
    ...(type === 'integer' ? [['a fraction', 1.5] as const] : []),
    ['infinite', raw('1e999')],
  ];
}

function ofEnum(random: Random, values: readonly unknown[]): Change[] {
  const words = values.filter((value) => typeof value === 'string');
  const near = words.length > 0 ? nearlyRight(random, random.pick(words)) : 'x';
  return [
    ['almost a known word', near],
    ['an inherited name', random.pick(inheritedNames)],
  ];
}

function ofObject(random: Random, schema: JsonSchema, value: unknown): Change[] {
  if (!schema.properties || schema.additionalProperties !== false) return ofNames(random, schema, value);
  const known = Object.keys(schema.properties);
  const name = random.chance(0.5) ? nearlyRight(random, random.pick(known)) : strangeText(random);
  const extra = known.includes(name) ? 'zebra' : name;
  const withExtra = Object.fromEntries([...Object.entries(value ?? {}), [extra, 1]]);
  return [[`with the unknown field ${JSON.stringify(extra).slice(0, 40)}`, withExtra]];
}

function ofNames(
  random: Random,
  { propertyNames, additionalProperties }: JsonSchema,
  value: unknown,
): Change[] {
  const changes: Change[] = [];
  const base = Object.entries(value ?? {});
  if (propertyNames?.pattern !== undefined) {
    for (const name of unlike(random, propertyNames.pattern))
      changes.push(['with a name against the pattern', Object.fromEntries([...base, [name, 'x']])]);
  }
  if (typeof additionalProperties === 'object' && additionalProperties.type === 'string') {
    changes.push(['with a value that is no text', Object.fromEntries([...base, ['k', 5]])]);
    const { maxLength } = additionalProperties;
    if (maxLength !== undefined)
      changes.push([
        'with a value too long',
        Object.fromEntries([...base, ['k', 'x'.repeat(maxLength + 1)]]),
      ]);
  }
  return changes;
}

function ofArray({ maxItems, minItems }: JsonSchema, value: unknown): Change[] {
  const [first] = Array.isArray(value) ? (value as unknown[]) : [];
  return [
    ...(minItems ? [['an empty list', []] as const] : []),
    ...(maxItems !== undefined && maxItems <= 2_000
      ? [['one item too many', Array.from({ length: maxItems + 1 }, () => first ?? 'x')] as const]
      : []),
  ];
}

function changesOf(random: Random, place: Place, definitions: Definitions, value: unknown): Change[] {
  const parts = alternatives(place.schema, definitions);
  if (parts.some((part) => part.not !== undefined))
    return [['what is not taken yet', random.pick([{}, 'x', 1, true, []])]];
  const taken = typesTaken(parts);
  const wrong = allTypes.filter((type) => !taken.has(type));
  const changes: Change[] =
    taken.size === 0 || wrong.length === 0
      ? []
      : wrong.map((type) => [`of type ${type}`, valueOfType(random, type)] as const);
  if (parts.length !== 1) return changes;
  const [part = {}] = parts;
  if (part.enum) return [...changes, ...ofEnum(random, part.enum)];
  if (part.const !== undefined) {
    const other =
      typeof part.const === 'boolean' ? !part.const : typeof part.const === 'number' ? part.const + 1 : 'x';
    return [...changes, ['another than the only value', other]];
  }
  if (part.type === 'string') changes.push(...ofString(random, part));
  if (part.type === 'integer' || part.type === 'number') changes.push(...ofNumber(part));
  if (part.type === 'array') changes.push(...ofArray(part, value));
  return changes;
}

function objectChanges(random: Random, place: Place, definitions: Definitions, value: unknown): Change[] {
  return alternatives(place.schema, definitions)
    .filter((part) => part.type === 'object')
    .flatMap((part) => ofObject(random, part, value));
}

function valueAt(root: unknown, path: Place['path']): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      value === null || value === undefined ? undefined : (value as Record<string, unknown>)[String(part)],
    root,
  );
}

/** A copy of `root` in which `path` holds `value`; what lies between is made where it is missing. */
function withValue(root: unknown, path: Place['path'], value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (typeof head === 'number') {
    const list = Array.isArray(root) ? [...(root as unknown[])] : [];
    list[head] = withValue(list[head], rest, value);
    return list;
  }
  const entries = Object.entries(root ?? {}).filter(([name]) => name !== head);
  const inner = withValue((root as Record<string, unknown> | undefined)?.[head], rest, value);
  return Object.fromEntries([...entries, [head, inner]]);
}

function without(root: unknown, path: Place['path']): unknown {
  const parent = path.slice(0, -1);
  const entries = Object.entries(valueAt(root, parent) ?? {});
  return withValue(root, parent, Object.fromEntries(entries.filter(([name]) => name !== path.at(-1))));
}

/** Makes a lawful `base` unlawful in one place. */
export function mutate(
  random: Random,
  base: unknown,
  places: readonly Place[],
  definitions: Definitions,
): Mutation {
  for (;;) {
    const place = random.pick(places);
    const value = valueAt(base, place.path);
    const path = pathText(place.path);
    if (place.isRequired && typeof place.path.at(-1) === 'string' && random.chance(0.15))
      return { what: `${path} is missing`, path, value: without(base, place.path) };
    const changes = [
      ...changesOf(random, place, definitions, value),
      ...objectChanges(random, place, definitions, value),
    ];
    if (changes.length === 0) continue;
    const [what, changed] = random.pick(changes);
    return { what: `${path || 'the body'} is ${what}`, path, value: withValue(base, place.path, changed) };
  }
}
