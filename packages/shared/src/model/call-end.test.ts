import { expect, test } from 'vitest';
import { callEndOf, isOutage } from './call-end.ts';
import { ModelError, type ModelFailure } from './llm.ts';

const terminal: ModelFailure = { kind: 'terminal' };
const retryable: ModelFailure = { kind: 'retryable', retryAfterMs: null };
const facts = { isLost: false, failures: 1, since: 0 };

function error(type: string, status: number | null, failure: ModelFailure = retryable): ModelError {
  return new ModelError(`It failed: ${type}.`, { failure, type, status });
}

test.each([
  ['limited', error('rate_limit_error', 429)],
  ['limited', error('http_429', 429, terminal)],
  ['spent', error('spend_limit_reached', 429, terminal)],
  ['overloaded', error('overloaded_error', 529)],
  ['overloaded', error('overloaded_error', null)],
  ['overloaded', error('http_529', 529)],
  ['unreached', error('connection_error', null)],
  ['failed', error('api_error', 500)],
  ['failed', error('http_408', 408)],
  ['failed', error('idle_timeout', null)],
  ['failed', error('incomplete_response', null)],
  ['failed', error('malformed_response', null)],
  ['rejected', error('invalid_request_error', 400, terminal)],
  ['rejected', error('not_found_error', 404, terminal)],
  ['left', error('cancelled', null, { kind: 'cancelled' })],
  ['left', error('response_too_large', null, terminal)],
  ['left', new Error('not of the model')],
])('%s: %s', (kind, failure) => {
  expect(callEndOf(failure, facts).kind).toBe(kind);
});

test('a connection that may have carried an answer was reached', () => {
  expect(callEndOf(error('connection_error', null), { ...facts, isLost: true }).kind).toBe('failed');
});

test('the endpoint’s own word goes with a refusal', () => {
  const failure = { kind: 'retryable', retryAfterMs: 3_000 } as const;
  expect(callEndOf(error('rate_limit_error', 429, failure), facts)).toEqual({
    kind: 'limited',
    retryAfterMs: 3_000,
  });
});

test.each([
  ['rate_limit_error', 429, false, false, false],
  ['rate_limit_error', 429, false, true, true],
  ['overloaded_error', 529, false, false, false],
  ['overloaded_error', 529, false, true, true],
  ['overloaded_error', null, true, true, false],
  ['connection_error', null, false, true, true],
  ['api_error', 500, false, false, false],
  ['api_error', 500, false, true, true],
  ['incomplete_response', null, true, true, false],
  ['invalid_request_error', 400, false, true, false],
])('%s %s, lost %s, nobody answered %s: an outage %s', (type, status, isLost, isDown, expected) => {
  expect(isOutage(callEndOf(error(type, status), { ...facts, isLost }), isDown)).toBe(expected);
});
