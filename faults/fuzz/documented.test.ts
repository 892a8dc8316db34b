import { expect, test } from 'vitest';
import { documentedAnswers } from './documented.ts';
import { httpRequest } from './wire/http-request.ts';

const isDocumented = documentedAnswers({
  '/v1/goals/{goalId}': { get: { responses: { 200: {}, 404: {} } } },
  '/v1/goals/batch': { post: { responses: { 207: {} } } },
});
const answered = (method: string, path: string, status: number): boolean =>
  isDocumented(httpRequest(method, path), status);

test('an answer is documented where its address and method say so', () => {
  expect(answered('GET', '/v1/goals/goal_1?x=1', 404)).toBe(true);
  expect(answered('HEAD', '/v1/goals/goal_1', 200)).toBe(true);
  expect(answered('GET', '/v1/goals/goal_1', 409)).toBe(false);
  expect(answered('POST', '/v1/goals/batch', 207)).toBe(true);
  expect(answered('POST', '/v1/goals/batch', 202)).toBe(false);
});

test('nothing is said of other addresses and methods', () => {
  expect(answered('GET', '/v1/nothing', 418)).toBe(true);
  expect(answered('GET', '/v1/goals/goal_1/plan', 418)).toBe(true);
  expect(answered('GET', '/v1/goals/batch', 405)).toBe(true);
});
