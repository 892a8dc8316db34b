import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The whole JSON schema of what a zod schema takes in, to be told in a prompt. */
export function promptSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

/**
 * The schema as structured outputs take it: objects closed, unsupported keywords told in the description.
 * Null where structured outputs can't say it (open maps, tuples, references, anything-goes): tell it in the prompt then.
 * Source: Anthropic's documentation of structured outputs, and the SDK's own transform.
 */
export function nativeSchema(schema: z.ZodType): JsonSchema | null {
  return closed(promptSchema(schema));
}

const supportedFormats: ReadonlySet<unknown> = new Set([
  'date',
  'date-time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'time',
  'uri',
  'uuid',
]);

/** Keywords that {@link closed} rebuilds or that tell a model nothing. */
const ownKeywords: ReadonlySet<string> = new Set([
  'additionalProperties',
  'anyOf',
  'default',
  'description',
  'items',
  'oneOf',
  'properties',
  'type',
]);

function closed(schema: JsonSchema): JsonSchema | null {
  const shape = closedShape(schema);
  if (shape === null) return null;
  const others = Object.entries(schema).filter(([keyword]) => !ownKeywords.has(keyword));
  const kept = others.filter(([keyword, value]) => isSupported(keyword, value));
  const remarks = others
    .filter(([keyword, value]) => !isSupported(keyword, value) && !isSafeIntegerLimit(keyword, value))
    .map(([keyword, value]) => `${keyword}: ${JSON.stringify(value)}`);
  const description = [schema['description'], remarks.length > 0 && `{${remarks.join(', ')}}`]
    .filter((part) => typeof part === 'string')
    .join('\n\n');
  return { ...shape, ...Object.fromEntries(kept), ...(description !== '' && { description }) };
}

/** What the schema is, without its constraints. */
function closedShape(schema: JsonSchema): JsonSchema | null {
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(alternatives)) return closedAlternatives(alternatives as readonly JsonSchema[]);
  if ('enum' in schema || 'const' in schema) return {};
  const { type } = schema;
  if (Array.isArray(type)) return { anyOf: type.map((each: unknown) => ({ type: each })) };
  switch (type) {
    case 'object':
      return closedObject(schema);
    case 'array':
      return closedArray(schema);
    case 'string':
    case 'number':
    case 'integer':
    case 'boolean':
    case 'null':
      return { type };
    default:
      return null;
  }
}

function closedAlternatives(alternatives: readonly JsonSchema[]): JsonSchema | null {
  const anyOf = alternatives.map(closed);
  return anyOf.includes(null) ? null : { anyOf };
}

function closedArray({ items, prefixItems }: JsonSchema): JsonSchema | null {
  if (!isSchema(items) || prefixItems !== undefined) return null;
  const closedItems = closed(items);
  return closedItems && { type: 'array', items: closedItems };
}

function closedObject({ properties, propertyNames, additionalProperties }: JsonSchema): JsonSchema | null {
  const isOpenMap = isSchema(additionalProperties) && Object.keys(additionalProperties).length > 0;
  if (propertyNames !== undefined || isOpenMap) return null;
  const named = Object.entries(isSchema(properties) ? properties : {}).map(
    ([name, held]) => [name, isSchema(held) ? closed(held) : null] as const,
  );
  if (named.some(([, held]) => held === null)) return null;
  return { type: 'object', properties: Object.fromEntries(named), additionalProperties: false };
}

function isSupported(keyword: string, value: unknown): boolean {
  if (keyword === 'format') return supportedFormats.has(value);
  if (keyword === 'minItems') return value === 0 || value === 1;
  return ['enum', 'const', 'title', 'required'].includes(keyword);
}

/** The limits that zod gives every integer. */
function isSafeIntegerLimit(keyword: string, value: unknown): boolean {
  return (
    (keyword === 'minimum' && value === Number.MIN_SAFE_INTEGER) ||
    (keyword === 'maximum' && value === Number.MAX_SAFE_INTEGER)
  );
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
