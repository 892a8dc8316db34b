import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { FieldError } from '@baton/shared/contract/field-errors';
import { problemTypes, type Problem, type ProblemType } from '@baton/shared/contract/problem';
import { StorageFullError } from '@baton/shared/redis/admission';
import { NotDurableError } from '@baton/shared/redis/durability';
import { isOutOfMemory, isRedisFailure } from '@baton/shared/redis/failure';
import { tellableMessage } from '@baton/shared/telemetry/error-parts';
import type { Logger } from '@baton/shared/telemetry/logger';

/** Thrown anywhere below a route; becomes the reply. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly type: ProblemType;
  readonly errors: readonly FieldError[];
  /** Seconds; null for what is usual. */
  readonly retryAfter: number | null;

  constructor(
    type: ProblemType,
    detail: string,
    errors: readonly FieldError[] = [],
    retryAfter: number | null = null,
  ) {
    super(detail);
    this.type = type;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

/** What is told of an error; `instance` is the address as it was asked for, '' where there is none. */
export function problemDocument(error: ProblemError, instance: string): Problem {
  const { status, title } = problemTypes[error.type];
  return {
    type: `urn:baton:problem:${error.type}`,
    title,
    status,
    detail: error.message,
    ...(instance !== '' && { instance }),
    ...(error.errors.length > 0 && { errors: [...error.errors] }),
  };
}

function send(response: Response, problem: Problem): void {
  if (problem.status === 401) response.setHeader('www-authenticate', 'Bearer');
  if (problem.status === 503 && !response.hasHeader('retry-after')) response.setHeader('retry-after', '5');
  if (problem.status === 429 && !response.hasHeader('retry-after')) response.setHeader('retry-after', '1');
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

interface BodyParserError {
  readonly type: string;
  readonly message: string;
}

function isBodyParserError(error: unknown): error is BodyParserError {
  return error instanceof Error && typeof (error as Error & { type?: unknown }).type === 'string';
}

export const BODY_TOO_LARGE =
  'A body may hold at most 1 MiB: put long material elsewhere and name it in "context".';

const bodyProblems: Readonly<Record<string, [ProblemType, string]>> = {
  'entity.too.large': ['too_large', BODY_TOO_LARGE],
  'entity.parse.failed': ['malformed_json', 'The body can not be parsed as JSON'],
  'encoding.unsupported': [
    'unsupported_media_type',
    'Send the body as gzip, deflate, br or with no content-encoding.',
  ],
  'charset.unsupported': ['unsupported_media_type', 'Send the body in UTF-8.'],
  'request.aborted': ['invalid_request', 'The request ended before its body did.'],
  'request.size.invalid': ['invalid_request', 'The body is not as long as content-length says.'],
};

/** What express and its body parser throw at a request that is broken in some other way. */
function isClientFault(error: unknown): error is Error {
  const status = error instanceof Error ? (error as Error & { status?: unknown }).status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500;
}

/** What an error tells the client, or null for a fault of Baton's own. */
export function knownProblem(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error;
  if (error instanceof URIError)
    return new ProblemError('invalid_request', 'The address holds a broken escape (%).');
  if (isBodyParserError(error)) {
    const [type, detail] = bodyProblems[error.type] ?? ['invalid_request', error.message];
    return new ProblemError(type, type === 'malformed_json' ? `${detail}: ${error.message}.` : detail);
  }
  if (isClientFault(error))
    return new ProblemError('invalid_request', `The request can not be read: ${error.message}.`);
  return classifyRedisFault(error);
}

function classifyRedisFault(error: unknown): ProblemError | null {
  if (error instanceof StorageFullError) {
    return new ProblemError('storage_full', `${error.message}; try again when there is room.`);
  }
  if (isOutOfMemory(error)) {
    return new ProblemError('storage_full', 'Redis has no memory left: try again when there is room.');
  }
  if (error instanceof NotDurableError) {
    return new ProblemError(
      'unavailable',
      `The goal was not accepted: ${error.message}. Try again in a few seconds.`,
    );
  }
  if (isRedisFailure(error)) {
    return new ProblemError(
      'unavailable',
      'Redis does not answer now: try again in a few seconds, with the same Idempotency-Key where there is one.',
    );
  }
  return null;
}

/** What is told of a fault that is no client's. */
export function internalProblem(): ProblemError {
  return new ProblemError('internal', 'This is a fault in Baton; its log says more.');
}

export function problemHandler(logger: Logger): ErrorRequestHandler {
  // Express knows it by its four parameters.
  return (error: unknown, request, response, _next) => {
    if (response.headersSent) {
      // Express would print the error as it is.
      logger.error({ err: error, method: request.method, path: request.path }, 'reply broken off');
      return response.destroy();
    }
    const known = knownProblem(error);
    if (!known) logger.error({ err: error, method: request.method, path: request.path }, 'request failed');
    else if (problemTypes[known.type].status >= 502) {
      const reason = error instanceof ProblemError ? error.type : tellableMessage(error);
      logger.warn({ reason }, 'request refused for now');
    }
    const problem = known ?? internalProblem();
    if (problem.retryAfter !== null) response.setHeader('retry-after', String(problem.retryAfter));
    return send(response, problemDocument(problem, request.originalUrl));
  };
}

export const notFound: RequestHandler = (request) => {
  throw new ProblemError(
    'not_found',
    `There is nothing at ${request.method} ${request.baseUrl}${request.path}; see /docs.`,
  );
};

export function methodNotAllowed(allowed: string): RequestHandler {
  return (request, response) => {
    response.setHeader('allow', allowed);
    const path = `${request.baseUrl}${request.path}`;
    throw new ProblemError('method_not_allowed', `${path} takes ${allowed}, not ${request.method}.`);
  };
}
