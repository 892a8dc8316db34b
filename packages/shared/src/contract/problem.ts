import { z } from 'zod';

/** RFC 9457, `application/problem+json`; `type` is stable, `errors` names each bad field and its remedy. */
export const problemSchema = z.object({
  type: z.string().describe('Stable, for programs: `urn:baton:problem:…`.'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What is wrong this time, and what to do.'),
  instance: z.string().optional().describe('The address that was asked for.'),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('Every bad field and its remedy.'),
});
export type Problem = z.infer<typeof problemSchema>;

export const problemTypes = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  malformed_json: { status: 400, title: 'The body is not JSON' },
  unauthorized: { status: 401, title: 'A valid API key is needed' },
  forbidden: { status: 403, title: 'This key may not do that' },
  not_found: { status: 404, title: 'There is no such thing here' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  conflict: { status: 409, title: 'The goal is not in a state that allows this' },
  idempotency_mismatch: { status: 422, title: 'This Idempotency-Key was used with another body' },
  too_large: { status: 413, title: 'The body is too large' },
  expectation_failed: { status: 417, title: 'This server does not meet that expectation' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  unsupported_media_type: { status: 415, title: 'Send JSON' },
  rate_limited: { status: 429, title: 'Too many requests' },
  too_many_goals: { status: 429, title: 'Too many goals of this tenant go on' },
  budget_exhausted: { status: 429, title: 'The budget of this tenant is spent for today' },
  too_many_streams: { status: 429, title: 'Too many streams are open with this key' },
  storage_full: { status: 503, title: 'Redis is almost full: no new goals for now' },
  unavailable: { status: 503, title: 'Baton can not take this now' },
  internal: { status: 500, title: 'Something went wrong in Baton' },
  model_failed: { status: 502, title: 'The model could not do this' },
} as const;
export type ProblemType = keyof typeof problemTypes;
