import { expect, test } from 'vitest';
import type { Draft, Expected } from './cases/fuzz-case.ts';
import { faultOf } from './judge.ts';
import { httpRequest } from './wire/http-request.ts';

const PROBLEM = {
  type: 'urn:baton:problem:invalid_request',
  title: 'The request is not valid',
  status: 400,
  detail: 'goal: must be given',
  errors: [{ path: 'goal', message: 'must be given' }],
};

function judge(
  status: number,
  body: unknown,
  expected: Expected,
  type = 'application/problem+json',
): string | null {
  const draft: Draft = { what: 'a case', send: httpRequest('GET', '/'), expected };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const reply = { status, headers: new Map([['content-type', type]]), body: Buffer.from(text) };
  return faultOf({ kind: 'reply', reply, ms: 1 }, draft, false);
}

const refused: Expected = { kind: 'refused', path: 'goal' };

test('a problem that points at the field is what must come', () => {
  expect(judge(400, PROBLEM, refused)).toBeNull();
});

test.for<[string, number, unknown, string?]>([
  ['a 5xx', 500, PROBLEM],
  ['no refusal', 202, {}],
  ['another content-type', 400, PROBLEM, 'text/html'],
  ['no JSON', 400, '<html>'],
  ['an unknown type', 400, { ...PROBLEM, type: 'about:blank' }],
  ["another type's status", 404, { ...PROBLEM, status: 404 }],
  ['no detail', 400, { ...PROBLEM, detail: '' }],
  ['a detail that says nothing', 400, { ...PROBLEM, detail: 'goal: undefined' }],
  ['empty errors', 400, { ...PROBLEM, errors: [] }],
  ['an error without a message', 400, { ...PROBLEM, errors: [{ path: 'goal', message: '' }] }],
  ['an error elsewhere', 400, { ...PROBLEM, errors: [{ path: 'recipe', message: 'x' }] }],
  ['too much', 400, { ...PROBLEM, detail: 'x'.repeat(200_000) }],
])('%s is a fault', ([, status, body, type]) => {
  expect(judge(status, body, refused, type)).not.toBeNull();
});

test('silence is a fault always, a cut one unless it was to be expected', () => {
  const draft = (expected: Expected): Draft => ({ what: 'a case', send: httpRequest('GET', '/'), expected });
  expect(faultOf({ kind: 'silence', ms: 1 }, draft({ kind: 'answered-or-cut' }), false)).not.toBeNull();
  expect(faultOf({ kind: 'cut', ms: 1 }, draft({ kind: 'answered' }), false)).not.toBeNull();
  expect(faultOf({ kind: 'cut', ms: 1 }, draft({ kind: 'answered-or-cut' }), false)).toBeNull();
});
