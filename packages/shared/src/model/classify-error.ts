import {
  apiFailureOf,
  connectionCode,
  isAbort,
  isConnectionFailure,
  messageOf,
  type ApiFailure,
} from './error-shape.ts';
import { ModelError, type ModelFailure } from './llm.ts';
import { retryAfterMs } from './retry-after.ts';

/** What a call was about, for the message and the clock. */
export interface CallFacts {
  readonly model: string;
  /** The endpoint, without credentials. */
  readonly endpoint: string;
  /** What the endpoint's settings begin with; `ANTHROPIC` unless given. */
  readonly settings?: string | undefined;
  /** Milliseconds since the epoch, to read a `retry-after` date by. */
  readonly now: number;
  readonly requestId: string | null;
}

/** The type of an error that says so in one of several ways. */
export const SPEND_LIMIT = 'spend_limit_reached';

const retryableTypes: ReadonlySet<string> = new Set([
  'api_error',
  'conflict_error',
  'overloaded_error',
  'rate_limit_error',
  'timeout_error',
]);
const terminalTypes: ReadonlySet<string> = new Set([
  'authentication_error',
  'billing_error',
  'invalid_request_error',
  'not_found_error',
  'permission_error',
]);
const retryableStatuses: ReadonlySet<number> = new Set([408, 409, 425, 429, 499]);

/** Any failure of the SDK or of the connection → the one error callers see. */
export function classifyError(error: unknown, facts: CallFacts): ModelError {
  const failure = apiFailureOf(error);
  if (failure !== null) return fromApi(failure, error, facts);
  if (isAbort(error)) return cancelledError(facts, error);
  if (isConnectionFailure(error)) return fromConnection(error, facts);
  if (error instanceof SyntaxError) {
    return retryable(
      'malformed_response',
      `${facts.endpoint} sent a reply that is not valid JSON`,
      error,
      facts,
    );
  }
  return new ModelError(`The model call failed in an unexpected way: ${messageOf(error)}`, {
    failure: { kind: 'terminal' },
    type: 'unexpected_error',
    requestId: facts.requestId,
    cause: error,
  });
}

export function cancelledError(facts: Pick<CallFacts, 'requestId'>, cause?: unknown): ModelError {
  return new ModelError('The model call was cancelled', {
    failure: { kind: 'cancelled' },
    type: 'cancelled',
    requestId: facts.requestId,
    cause,
  });
}

function fromApi(failure: ApiFailure, cause: unknown, facts: CallFacts): ModelError {
  const said = `${[failure.status, failure.type].filter((part) => part !== null).join(' ')}: ${failure.message}`;
  return new ModelError(`${explain(failure, facts)} (${said})`, {
    failure: decide(failure, facts.now),
    type: isSpendLimit(failure) ? SPEND_LIMIT : typeOf(failure),
    status: failure.status,
    requestId: failure.headers.get('request-id') ?? facts.requestId,
    cause,
  });
}

function typeOf({ type, status }: ApiFailure): string {
  return type ?? (status === null ? 'stream_error' : `http_${status}`);
}

function decide(failure: ApiFailure, now: number): ModelFailure {
  if (isSpendLimit(failure) || !isRetryable(failure)) return { kind: 'terminal' };
  return { kind: 'retryable', retryAfterMs: retryAfterMs(failure.headers, now) };
}

/** The server's own word first; then its status; the type alone decides for an error inside a stream. */
function isRetryable({ headers, status, type }: ApiFailure): boolean {
  const said = headers.get('x-should-retry');
  if (status !== null && said === 'true') return true;
  if (status !== null && said === 'false') return false;
  if (type !== null && retryableTypes.has(type)) return true;
  if (status === null) return type === null || !terminalTypes.has(type);
  return retryableStatuses.has(status) || status >= 500;
}

function isSpendLimit({ type, errorCode }: ApiFailure): boolean {
  return type === 'billing_error' || errorCode?.endsWith('spend_limit_reached') === true;
}

function explain(failure: ApiFailure, { endpoint, model, settings = 'ANTHROPIC' }: CallFacts): string {
  const { status, type } = failure;
  if (isSpendLimit(failure)) {
    return `The account behind ${settings}_API_KEY has reached its spend limit at ${endpoint}: raise the limit or use another key`;
  }
  if (status === 401 || status === 403 || type === 'authentication_error' || type === 'permission_error') {
    return `${endpoint} refused the key: check ${settings}_API_KEY, and ${settings}_BASE_URL if this is not the endpoint you meant`;
  }
  if (type === 'not_found_error') {
    return `${endpoint} knows no model "${model}": check MODEL_FAST, MODEL_BALANCED and MODEL_STRONG`;
  }
  if (status === 404) {
    return `${endpoint} serves no /v1/messages, or knows no model "${model}": check ${settings}_BASE_URL (without /v1) and MODEL_FAST, MODEL_BALANCED, MODEL_STRONG`;
  }
  if (status === 429 || type === 'rate_limit_error') return `${endpoint} limits the rate of ${model}`;
  if (status === 529 || type === 'overloaded_error') return `${endpoint} is overloaded`;
  if (isRetryable(failure)) return `${endpoint} failed for now`;
  return `${endpoint} did not accept the request for ${model}`;
}

function fromConnection(error: unknown, facts: CallFacts): ModelError {
  const detail = connectionCode(error) ?? messageOf(error);
  return retryable(
    'connection_error',
    `The connection to ${facts.endpoint} failed (${detail}): check ${facts.settings ?? 'ANTHROPIC'}_BASE_URL and the network if this stays`,
    error,
    facts,
  );
}

function retryable(type: string, message: string, cause: unknown, facts: CallFacts): ModelError {
  return new ModelError(message, {
    failure: { kind: 'retryable', retryAfterMs: null },
    type,
    requestId: facts.requestId,
    cause,
  });
}
