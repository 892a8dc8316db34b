import { isJsonObject, type JsonObject } from '../json.ts';

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'];
const UNSUPPORTED_KEYWORDS = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
  'minProperties',
  'maxProperties',
];
const FORMAT = 'output_config.format';

/** What structured output refuses: docs "Structured outputs", section "JSON Schema limitations". */
export function outputConfigProblems(config: unknown): string[] {
  if (config === undefined) return [];
  if (!isJsonObject(config)) return ['output_config: Input should be an object'];
  const extra = Object.keys(config)
    .filter((field) => field !== 'effort' && field !== 'format')
    .map((field) => `output_config.${field}: Extra inputs are not permitted`);
  return [...extra, ...effortProblems(config['effort']), ...formatProblems(config['format'])];
}

function effortProblems(effort: unknown): string[] {
  if (effort === undefined || effort === null) return [];
  const isKnown = typeof effort === 'string' && EFFORTS.includes(effort);
  return isKnown ? [] : [`output_config.effort: Input should be one of ${EFFORTS.join(', ')}`];
}

function formatProblems(format: unknown): string[] {
  if (format === undefined || format === null) return [];
  if (!isJsonObject(format)) return [`${FORMAT}: Input should be an object`];
  if (format['type'] !== 'json_schema') return [`${FORMAT}.type: Input should be "json_schema"`];
  if (!isJsonObject(format['schema'])) return [`${FORMAT}.schema: Input should be a JSON schema`];
  return schemaProblems(format['schema'], `${FORMAT}.schema`);
}

function schemaProblems(schema: JsonObject, path: string): string[] {
  const problems: string[] = [];
  if (schema['type'] === 'object' && schema['additionalProperties'] !== false) {
    problems.push(`${path}: For 'object' type, 'additionalProperties' must be explicitly set to false`);
  }
  for (const keyword of UNSUPPORTED_KEYWORDS) {
    if (keyword in schema) problems.push(`${path}: property '${keyword}' is not supported`);
  }
  if (typeof schema['minItems'] === 'number' && schema['minItems'] > 1) {
    problems.push(`${path}: 'minItems' supports only 0 and 1`);
  }
  return [...problems, ...nestedProblems(schema, path)];
}

function nestedProblems(schema: JsonObject, path: string): string[] {
  const problems: string[] = [];
  const visit = (value: unknown, at: string): void => {
    if (isJsonObject(value)) problems.push(...schemaProblems(value, `${path}.${at}`));
  };
  for (const group of ['properties', '$defs', 'definitions']) {
    const members = schema[group];
    if (!isJsonObject(members)) continue;
    for (const [name, member] of Object.entries(members)) visit(member, `${group}.${name}`);
  }
  for (const group of ['anyOf', 'allOf']) {
    const members = schema[group];
    if (Array.isArray(members)) members.forEach((member, index) => visit(member, `${group}.${index}`));
  }
  visit(schema['items'], 'items');
  return problems;
}
