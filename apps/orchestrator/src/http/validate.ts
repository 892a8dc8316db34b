import type { Request } from 'express';
import type { z } from 'zod';
import { fieldErrorsOf, MOST_FIELD_ERRORS, type FieldError } from '@baton/shared/contract/field-errors';
import { ProblemError } from './problem.ts';

export function invalidRequest(what: string, errors: readonly FieldError[]): ProblemError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more: see errors)` : '';
  const detail = first ? `${first.path || what}: ${first.message}${more}` : `${what} is not valid`;
  return new ProblemError('invalid_request', detail, errors.slice(0, MOST_FIELD_ERRORS));
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
