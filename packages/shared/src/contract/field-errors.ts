import type { z } from 'zod';
import { nearestName } from '@baton/plan/nearest-name';

/** A bad field and its remedy. */
export interface FieldError {
  /** Such as `options.workerTypes[2]`; '' for the value as a whole. */
  readonly path: string;
  readonly message: string;
}

/** In a line, for those who read it in a terminal. */
export function fieldErrorText({ path, message }: FieldError): string {
  return path === '' ? message : `${path} ${message}`;
}

export const MOST_FIELD_ERRORS = 100;

const MOST_CHARACTERS = 80;

/** A name that somebody sent, fit to be told: of a long one the beginning. */
export function shortened(name: string): string {
  return name.length <= MOST_CHARACTERS ? name : `${name.slice(0, MOST_CHARACTERS - 1)}…`;
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = shortened(String(part));
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** The names that an object schema takes at a path of the data. */
function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const definition = schema._zod.def as { type: string } & Record<string, unknown>;
  for (const wrapper of ['innerType', 'in'] as const) {
    const inner = definition[wrapper] as z.core.$ZodType | undefined;
    if (inner?._zod) return knownKeys(inner, path);
  }
  const [head, ...rest] = path;
  if (definition.type === 'array') return knownKeys(definition['element'] as z.core.$ZodType, rest);
  if (definition.type !== 'object') return [];
  const shape = definition['shape'] as Record<string, z.core.$ZodType>;
  if (head === undefined) return Object.keys(shape);
  const next = shape[String(head)];
  return next ? knownKeys(next, rest) : [];
}

const kinds: Readonly<Record<string, string>> = {
  object: 'an object, as in {…}',
  record: 'an object, as in {…}',
  array: 'a list, as in […]',
  string: 'a text, in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** The schema's own words, or what a value of another kind should be. */
function remedyFor(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message;
  const isMissing = issue.message.endsWith('received undefined');
  return `must be ${isMissing ? 'given, as ' : ''}${kinds[issue.expected] ?? issue.expected}`;
}

function fieldErrors(schema: z.core.$ZodType, issue: z.core.$ZodIssue): FieldError[] {
  const path = pathOf(issue.path);
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ path, message: `this name ${message}` }));
  }
  if (issue.code !== 'unrecognized_keys') return [{ path, message: remedyFor(issue) }];
  const known = knownKeys(schema, issue.path);
  const all = known.length === 0 ? 'None is taken here.' : `Known here: ${known.join(', ')}.`;
  return issue.keys.slice(0, MOST_FIELD_ERRORS).map((key) => {
    const nearest = nearestName(key, known);
    const remedy = nearest === null ? all : `Did you mean "${nearest}"?`;
    return { path: pathOf([...issue.path, key]), message: `is not a known field. ${remedy}` };
  });
}

/** Every bad field and its remedy; of more than {@link MOST_FIELD_ERRORS} the first. */
export function fieldErrorsOf(schema: z.core.$ZodType, error: z.ZodError): FieldError[] {
  return error.issues.slice(0, MOST_FIELD_ERRORS).flatMap((issue) => fieldErrors(schema, issue));
}
