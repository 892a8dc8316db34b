import { isJsonObject, type JsonObject } from '../json.ts';

const MAX_DEPTH = 24;

/**
 * A value that a JSON schema allows, as close to `suggestion` as it can be: what fits is kept, what is missing is made
 * up, what is not allowed is left out. Knows type, enum, const, anyOf, oneOf, allOf, $ref, properties, required, items,
 * minItems, minimum, maximum, minLength, maxLength and format; anything else is ignored.
 * `text` makes the string for a property's name.
 */
export function schemaInstance(
  schema: JsonObject,
  suggestion: unknown,
  text: (name: string) => string,
): unknown {
  return new InstanceMaker(schema, text).make(schema, suggestion, 'value', 0);
}

class InstanceMaker {
  readonly #root: JsonObject;
  readonly #text: (name: string) => string;

  constructor(root: JsonObject, text: (name: string) => string) {
    this.#root = root;
    this.#text = text;
  }

  make(schema: JsonObject, suggestion: unknown, name: string, depth: number): unknown {
    if (depth > MAX_DEPTH) return null;
    if ('const' in schema) return schema['const'];
    const choices = schema['enum'];
    if (Array.isArray(choices)) return choices.includes(suggestion) ? suggestion : choices[0];
    const resolved = this.#resolve(schema);
    if (resolved !== schema) return this.make(resolved, suggestion, name, depth + 1);
    const options = schema['anyOf'] ?? schema['oneOf'];
    if (Array.isArray(options)) return this.#choose(options.filter(isJsonObject), suggestion, name, depth);
    return this.#ofType(typeFor(schema, suggestion), schema, suggestion, name, depth);
  }

  #ofType(type: string, schema: JsonObject, suggestion: unknown, name: string, depth: number): unknown {
    switch (type) {
      case 'object':
        return this.#object(schema, suggestion, depth);
      case 'array':
        return this.#array(schema, suggestion, name, depth);
      case 'string':
        return stringFor(schema, suggestion, () => this.#text(name));
      case 'number':
      case 'integer':
        return numberFor(schema, suggestion, type);
      case 'boolean':
        return typeof suggestion === 'boolean' ? suggestion : true;
      default:
        return null;
    }
  }

  #object(schema: JsonObject, suggestion: unknown, depth: number): JsonObject {
    const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
    const required = Array.isArray(schema['required']) ? schema['required'] : [];
    const given = isJsonObject(suggestion) ? suggestion : {};
    const made: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(properties)) {
      if (!required.includes(key) && !Object.hasOwn(given, key)) continue;
      made[key] = this.make(isJsonObject(member) ? member : {}, given[key], key, depth + 1);
    }
    return made;
  }

  #array(schema: JsonObject, suggestion: unknown, name: string, depth: number): unknown[] {
    const items = isJsonObject(schema['items']) ? schema['items'] : {};
    const minimum = typeof schema['minItems'] === 'number' ? schema['minItems'] : 0;
    const given: readonly unknown[] = Array.isArray(suggestion) ? suggestion : [undefined];
    const length = Math.max(minimum, given.length);
    return Array.from({ length }, (_, index) => this.make(items, given[index], name, depth + 1));
  }

  #choose(options: readonly JsonObject[], suggestion: unknown, name: string, depth: number): unknown {
    const nullOption = options.find((option) => option['type'] === 'null');
    const fitting = options.find(
      (option) => suggestion !== undefined && fits(this.#resolve(option), suggestion),
    );
    const chosen = fitting ?? options.find((option) => option !== nullOption) ?? nullOption ?? {};
    return this.make(chosen, suggestion, name, depth + 1);
  }

  #resolve(schema: JsonObject): JsonObject {
    const reference = schema['$ref'];
    if (typeof reference === 'string') return this.#target(reference);
    const parts = schema['allOf'];
    if (!Array.isArray(parts)) return schema;
    const { allOf: _, ...rest } = schema;
    return Object.assign(rest, ...parts.filter(isJsonObject).map((part) => this.#resolve(part)));
  }

  #target(reference: string): JsonObject {
    const target = reference
      .replace(/^#\/?/, '')
      .split('/')
      .filter((step) => step !== '')
      .reduce<unknown>(
        (at, step) => (isJsonObject(at) ? at[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
        this.#root,
      );
    return isJsonObject(target) ? target : {};
  }
}

function typeFor(schema: JsonObject, suggestion: unknown): string {
  const type = schema['type'];
  if (typeof type === 'string') return type;
  const types = Array.isArray(type) ? type.filter((each) => typeof each === 'string') : [];
  const given = types.find((each) => fits({ type: each }, suggestion));
  if (given !== undefined) return given;
  if (types.length > 0) return types.find((each) => each !== 'null') ?? 'null';
  if (isJsonObject(schema['properties'])) return 'object';
  return isJsonObject(schema['items']) ? 'array' : 'string';
}

function fits(schema: JsonObject, value: unknown): boolean {
  switch (schema['type']) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === schema['type'];
  }
}

function stringFor(schema: JsonObject, suggestion: unknown, make: () => string): string {
  const formats: Readonly<Record<string, string>> = {
    'date-time': '2000-01-01T00:00:00Z',
    date: '2000-01-01',
    time: '00:00:00Z',
    email: 'simulated@example.com',
    uri: 'https://example.com/simulated',
    uuid: '00000000-0000-4000-8000-000000000000',
  };
  const made = typeof suggestion === 'string' ? suggestion : (formats[String(schema['format'])] ?? make());
  const minimum = typeof schema['minLength'] === 'number' ? schema['minLength'] : 0;
  const maximum = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : Infinity;
  return made.padEnd(minimum, '.').slice(0, maximum);
}

function numberFor(schema: JsonObject, suggestion: unknown, type: 'number' | 'integer'): number {
  const given = typeof suggestion === 'number' ? suggestion : 1;
  const minimum = typeof schema['minimum'] === 'number' ? schema['minimum'] : -Infinity;
  const maximum = typeof schema['maximum'] === 'number' ? schema['maximum'] : Infinity;
  const clamped = Math.min(maximum, Math.max(minimum, given));
  return type === 'integer' ? Math.round(clamped) : clamped;
}
