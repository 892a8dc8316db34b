import type { Request } from 'express';
import type { z } from 'zod';
import { nearestName } from '@baton/plan/nearest-name';
import { ProblemError, type FieldError } from './problem.ts';
import { shortened } from './shortened.ts';

const MAX_ERRORS = 100;

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
  object: 'a JSON object, as in {…}',
  record: 'a JSON object, as in {…}',
  array: 'a list, as in […]',
  string: 'a text, in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** The schema's own words, or what a value of another kind should be. */
function remedyFor(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message;
  return `must be ${kinds[issue.expected] ?? issue.expected}`;
}

function fieldErrors(schema: z.core.$ZodType, issue: z.core.$ZodIssue): FieldError[] {
  const path = pathOf(issue.path);
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ path, message: `this name ${message}` }));
  }
  if (issue.code !== 'unrecognized_keys') return [{ path, message: remedyFor(issue) }];
  const known = knownKeys(schema, issue.path);
  const all = known.length === 0 ? 'None is taken here.' : `Known here: ${known.join(', ')}.`;
  return issue.keys.slice(0, MAX_ERRORS).map((key) => {
    const nearest = nearestName(key, known);
    const remedy = nearest === null ? all : `Did you mean "${nearest}"?`;
    return { path: pathOf([...issue.path, key]), message: `is not a known field. ${remedy}` };
  });
}

/** Every bad field and its remedy; of more than {@link MAX_ERRORS} the first. */
export function fieldErrorsOf(schema: z.core.$ZodType, error: z.ZodError): FieldError[] {
  return error.issues.slice(0, MAX_ERRORS).flatMap((issue) => fieldErrors(schema, issue));
}

export function invalidRequest(what: string, errors: readonly FieldError[]): ProblemError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more: see errors)` : '';
  const detail = first ? `${first.path || what}: ${first.message}${more}` : `${what} is not valid`;
  return new ProblemError('invalid_request', detail, errors.slice(0, MAX_ERRORS));
}

/** The value, checked; throws one `invalid_request` that names every bad field and its remedy. */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidRequest(what, fieldErrorsOf(schema, parsed.error));
}

/** The body of a request that must have one. */
export function bodyOf(request: Request): unknown {
  if (request.body !== undefined) return request.body;
  throw new ProblemError(
    'unsupported_media_type',
    'Send the body as JSON, with the header content-type: application/json.',
  );
}
