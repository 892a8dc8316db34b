import type { FieldError } from '@baton/shared/contract/field-errors';
import type { ProblemType } from '@baton/shared/contract/problem';
import { goalId } from './goals.ts';

interface ProblemExample {
  readonly detail: string;
  /** Empty for requests that were refused before their address was read. */
  readonly instance: string;
  readonly errors?: readonly FieldError[];
}

const goals = '/v1/goals';
const goal = `${goals}/${goalId}`;
const misspelt = 'is not a known field. Did you mean "priority"?';

/** One of each type. */
export const problemExamples: Readonly<Record<ProblemType, ProblemExample>> = {
  invalid_request: {
    detail: `options.priorty: ${misspelt}`,
    instance: goals,
    errors: [{ path: 'options.priorty', message: misspelt }],
  },
  malformed_json: {
    detail: 'The body can not be parsed as JSON: Unexpected end of JSON input.',
    instance: goals,
  },
  unauthorized: {
    detail: 'Send a key that this server knows: authorization: Bearer <key>.',
    instance: goals,
  },
  forbidden: { detail: 'This key lacks the scope "operate".', instance: `${goal}/cancel` },
  not_found: { detail: `There is no goal ${goalId}.`, instance: goal },
  method_not_allowed: { detail: '/v1/goals takes GET, POST, not DELETE.', instance: goals },
  request_timeout: { detail: 'The request took too long to arrive.', instance: '' },
  conflict: { detail: `Goal ${goalId} has ended and can not be cancelled.`, instance: `${goal}/cancel` },
  idempotency_mismatch: {
    detail: 'This Idempotency-Key was used for another body: take a new key for a new request.',
    instance: goals,
  },
  too_large: {
    detail: 'A body may hold at most 1 MiB: put long material elsewhere and name it in "context".',
    instance: goals,
  },
  expectation_failed: { detail: 'Only expect: 100-continue is taken.', instance: goals },
  headers_too_large: { detail: 'The request line and the headers may hold at most 16 KiB.', instance: '' },
  unsupported_media_type: {
    detail: 'Send the body as JSON, with the header content-type: application/json.',
    instance: goals,
  },
  rate_limited: { detail: 'This key may make 60000 requests a minute: try again in 12 s.', instance: goals },
  too_many_goals: {
    detail: '1000 goals of this tenant go on: try again when some have ended.',
    instance: goals,
  },
  budget_exhausted: {
    detail:
      "This tenant has spent its budget of today (TENANT_BUDGETS): the next day's begins at midnight UTC.",
    instance: goals,
  },
  too_many_streams: {
    detail: 'This key has 100 streams open: close some, or try again when some have ended.',
    instance: `${goal}/events`,
  },
  storage_full: { detail: 'Redis is almost full; try again when there is room.', instance: goals },
  unavailable: {
    detail:
      'Redis does not answer now: try again in a few seconds, with the same Idempotency-Key where there is one.',
    instance: goals,
  },
  model_failed: {
    detail: 'The model made no lawful plan in 3 attempts: tasks[0].dependencies[0] closes a circle.',
    instance: '/v1/plans',
  },
  internal: { detail: 'This is a fault in Baton; its log says more.', instance: goals },
};
