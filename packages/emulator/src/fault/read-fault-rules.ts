import { isJsonObject, type JsonObject } from '../json.ts';
import type { Fault, FaultRule } from './fault.ts';

type FieldCheck = (value: unknown) => string | null;

const MAX_RULES = 10_000;
const MAX_MEGABYTES = 256;
const optional =
  (check: FieldCheck): FieldCheck =>
  (value) =>
    value === undefined ? null : check(value);
const text: FieldCheck = (value) => (typeof value === 'string' ? null : 'must be a string');
const anObject: FieldCheck = (value) => (isJsonObject(value) ? null : 'must be an object');
const numberFrom =
  (least: number, most: number): FieldCheck =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most
      ? null
      : `must be a number from ${least} to ${most}`;
const positiveInteger: FieldCheck = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1
    ? null
    : 'must be an integer of at least 1';
const oneOf =
  (...values: string[]): FieldCheck =>
  (value) =>
    typeof value === 'string' && values.includes(value) ? null : `must be one of ${values.join(', ')}`;

/** The fields of every kind of fault. */
const FAULT_FIELDS: Readonly<Record<Fault['kind'], Readonly<Record<string, FieldCheck>>>> = {
  '429': { retryAfter: optional(numberFrom(0, 86_400)) },
  '529': {},
  '500': {},
  'spend-429': {},
  error: { status: numberFrom(400, 599), type: text, message: optional(text) },
  refusal: {},
  max_tokens: {},
  empty: {},
  'bad-plan': { which: optional(oneOf('cycle', 'unknown-worker', 'schema')) },
  text: { text },
  'tool-use': { name: text, input: anObject },
  huge: { megabytes: numberFrom(0.001, MAX_MEGABYTES) },
  delay: { ms: numberFrom(0, 3_600_000) },
  hang: {},
  stall: {},
  drip: { ms: numberFrom(0, 60_000) },
  cut: {},
  fin: {},
  malformed: {},
  'sse-error': {},
};
const FIELDS_BY_KIND = new Map(Object.entries(FAULT_FIELDS));
const MATCH_FIELDS: Readonly<Record<string, FieldCheck>> = {
  role: optional(text),
  task: optional(text),
  model: optional(text),
  contains: optional(text),
  nth: optional(positiveInteger),
};

/** Fault rules from outside, or every problem with them. */
export function readFaultRules(
  value: unknown,
): { ok: true; rules: FaultRule[] } | { ok: false; problems: string[] } {
  if (!Array.isArray(value)) return { ok: false, problems: ['the body must be an array of fault rules'] };
  if (value.length > MAX_RULES)
    return { ok: false, problems: [`more than ${MAX_RULES} fault rules at once`] };
  const rules = value.filter(isFaultRule);
  if (rules.length === value.length) return { ok: true, rules };
  return { ok: false, problems: value.flatMap((rule: unknown, index) => ruleProblems(rule, `[${index}]`)) };
}

function isFaultRule(rule: unknown): rule is FaultRule {
  return ruleProblems(rule, '').length === 0;
}

function ruleProblems(rule: unknown, path: string): string[] {
  if (!isJsonObject(rule)) return [`${path} must be an object {match?, fault, times?}`];
  return [
    ...unknownFields(rule, ['match', 'fault', 'times'], path),
    ...(rule['match'] === undefined ? [] : fieldProblems(rule['match'], MATCH_FIELDS, `${path}.match`)),
    ...faultProblems(rule['fault'], `${path}.fault`),
    ...problem(optional(positiveInteger)(rule['times']), `${path}.times`),
  ];
}

function faultProblems(fault: unknown, path: string): string[] {
  const { kind, ...fields } = isJsonObject(fault) ? fault : {};
  const known = typeof kind === 'string' ? FIELDS_BY_KIND.get(kind) : undefined;
  if (known === undefined) return [`${path}.kind must be one of ${[...FIELDS_BY_KIND.keys()].join(', ')}`];
  return fieldProblems(fields, known, path);
}

function fieldProblems(value: unknown, fields: Readonly<Record<string, FieldCheck>>, path: string): string[] {
  if (!isJsonObject(value)) return [`${path} must be an object`];
  const checked = Object.entries(fields).flatMap(([name, check]) =>
    problem(check(value[name]), `${path}.${name}`),
  );
  return [...unknownFields(value, Object.keys(fields), path), ...checked];
}

function unknownFields(value: JsonObject, known: readonly string[], path: string): string[] {
  const allowed = known.length === 0 ? 'none is allowed' : `allowed: ${known.join(', ')}`;
  return Object.keys(value)
    .filter((field) => !known.includes(field))
    .map((field) => `${path}.${field} is unknown; ${allowed}`);
}

function problem(message: string | null, path: string): string[] {
  return message === null ? [] : [`${path} ${message}`];
}
