import { describe, expect, test } from 'vitest';
import { classifyError, type CallFacts } from './classify-error.ts';
import { wasUnreached } from './error-shape.ts';

const facts: CallFacts = {
  model: 'claude-test-1',
  endpoint: 'https://models.example',
  now: Date.parse('2026-11-20T12:00:00Z'),
  requestId: 'req_known',
};
const terminal = { kind: 'terminal' };
const retryable = { kind: 'retryable', retryAfterMs: null };

/** An error of the shape the SDK gives the API's own. */
function apiError(
  status: number | undefined,
  type: string | null,
  options: { headers?: Record<string, string>; errorCode?: string; message?: string } = {},
): Error {
  return Object.assign(new Error(`${status} raw`), {
    status,
    type,
    headers: new Headers(options.headers),
    errorCode: options.errorCode ?? null,
    apiMessage: options.message ?? null,
  });
}

describe('by status and type', () => {
  test.each<[number | undefined, string | null, typeof terminal]>([
    [400, 'invalid_request_error', terminal],
    [401, 'authentication_error', terminal],
    [402, 'billing_error', terminal],
    [403, 'permission_error', terminal],
    [404, 'not_found_error', terminal],
    [413, null, terminal],
    [422, null, terminal],
    [408, null, retryable],
    [409, 'conflict_error', retryable],
    [429, 'rate_limit_error', retryable],
    [499, null, retryable],
    [500, 'api_error', retryable],
    [503, null, retryable],
    [504, 'timeout_error', retryable],
    [529, 'overloaded_error', retryable],
    [400, 'overloaded_error', retryable],
    [502, 'invalid_request_error', retryable],
    [undefined, 'overloaded_error', retryable],
    [undefined, 'permission_error', terminal],
    [undefined, null, retryable],
    [undefined, 'unheard_of_error', retryable],
    [418, 'unheard_of_error', terminal],
  ])('%s %s', (status, type, failure) => {
    expect(classifyError(apiError(status, type), facts).failure).toEqual(failure);
  });

  test.each([
    'enforced_spend_limit_reached',
    'contract_spend_limit_reached',
    'linked_organization_spend_limit_reached',
  ])('%s is terminal whatever the status and headers say', (errorCode) => {
    const headers = { 'x-should-retry': 'true', 'retry-after': '5' };
    const error = classifyError(apiError(429, 'rate_limit_error', { errorCode, headers }), facts);
    expect(error.failure).toEqual(terminal);
  });

  test("the server's own word on retries holds", () => {
    const no = apiError(529, 'overloaded_error', { headers: { 'x-should-retry': 'false' } });
    const yes = apiError(400, 'invalid_request_error', { headers: { 'x-should-retry': 'true' } });
    expect(classifyError(no, facts).failure).toEqual(terminal);
    expect(classifyError(yes, facts).failure).toEqual(retryable);
  });

  test('the wait the server asks for is kept, however long', () => {
    const error = apiError(429, 'rate_limit_error', { headers: { 'retry-after': '86400' } });
    expect(classifyError(error, facts).failure).toEqual({ kind: 'retryable', retryAfterMs: 86_400_000 });
  });
});

describe('the message', () => {
  test.each<[string, Error, RegExp]>([
    [
      'a refused key',
      apiError(401, 'authentication_error', { message: 'bad key' }),
      /models\.example.*ANTHROPIC_API_KEY.*ANTHROPIC_BASE_URL.*401 authentication_error: bad key/,
    ],
    [
      'an unknown model',
      apiError(404, 'not_found_error', { message: 'model: x' }),
      /"claude-test-1".*MODEL_FAST.*MODEL_BALANCED.*MODEL_STRONG/,
    ],
    ['an unknown path', apiError(404, null), /\/v1\/messages.*ANTHROPIC_BASE_URL \(without \/v1\)/],
    ['a spent account', apiError(402, 'billing_error'), /spend limit/],
    ['a rate limit', apiError(429, 'rate_limit_error'), /limits the rate of claude-test-1/],
    ['an overload', apiError(529, 'overloaded_error'), /overloaded/],
    [
      'a bad request',
      apiError(400, 'invalid_request_error', { message: 'max_tokens: too many' }),
      /did not accept.*max_tokens: too many/,
    ],
    ['another failure', apiError(500, null), /failed for now.*500/],
  ])('explains %s', (_case, error, expected) => {
    expect(classifyError(error, facts).message).toMatch(expected);
  });

  test('holds a page of markup to a line', () => {
    const error = apiError(502, null, { message: `<html>\n\n${'<p>'.repeat(1_000)}` });
    const { message } = classifyError(error, facts);
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(700);
  });
});

test('the request id is that of the error, else the one known before', () => {
  const headers = { 'request-id': 'req_error' };
  expect(classifyError(apiError(500, null, { headers }), facts).requestId).toBe('req_error');
  expect(classifyError(apiError(500, null), facts).requestId).toBe('req_known');
  expect(classifyError(new SyntaxError('x'), facts).requestId).toBe('req_known');
});

function named(name: string, cause?: unknown): Error {
  return Object.assign(new Error('Connection error.', { cause }), { name });
}
const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

describe('by shape', () => {
  test.each<[string, unknown, string, string]>([
    ['a cut body', new TypeError('terminated'), 'retryable', 'connection_error'],
    ['a failed fetch', new TypeError('fetch failed', { cause: refused }), 'retryable', 'connection_error'],
    [
      'a connection error',
      named('APIConnectionError', new TypeError('fetch failed', { cause: reset })),
      'retryable',
      'connection_error',
    ],
    ['a connection timeout', named('APIConnectionTimeoutError'), 'retryable', 'connection_error'],
    ['an error of the SDK', named('AnthropicError'), 'retryable', 'connection_error'],
    [
      'several addresses refused',
      named('APIConnectionError', new AggregateError([refused])),
      'retryable',
      'connection_error',
    ],
    ['malformed JSON', new SyntaxError('Unexpected end'), 'retryable', 'malformed_response'],
    ['an aborted fetch', new DOMException('aborted', 'AbortError'), 'cancelled', 'cancelled'],
    ['an aborted call', named('APIUserAbortError'), 'cancelled', 'cancelled'],
    ['a mistake in the code', new TypeError('x is not a function'), 'terminal', 'unexpected_error'],
    ['something that is no error', 'text', 'terminal', 'unexpected_error'],
  ])('%s', (_case, thrown, kind, type) => {
    const error = classifyError(thrown, facts);
    expect(error.failure.kind).toBe(kind);
    expect(error.type).toBe(type);
    expect(error.cause).toBe(thrown);
  });

  test('only a connection that was never made proves that nothing was paid', () => {
    expect(wasUnreached(named('APIConnectionError', new TypeError('fetch failed', { cause: refused })))).toBe(
      true,
    );
    expect(wasUnreached(named('APIConnectionError', new AggregateError([refused])))).toBe(true);
    expect(wasUnreached(named('APIConnectionError', reset))).toBe(false);
    expect(wasUnreached(new TypeError('terminated'))).toBe(false);
    expect(wasUnreached(null)).toBe(false);
  });
});
