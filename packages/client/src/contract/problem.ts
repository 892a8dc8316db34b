/** RFC 9457, `application/problem+json`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance?: string | undefined;
  /** Each bad field and its remedy. */
  errors?: { path: string; message: string }[] | undefined;
}

/** What Baton's problems are called, after `urn:baton:problem:`. */
export type ProblemName =
  | 'invalid_request'
  | 'malformed_json'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'conflict'
  | 'idempotency_mismatch'
  | 'too_large'
  | 'expectation_failed'
  | 'headers_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'too_many_goals'
  | 'budget_exhausted'
  | 'too_many_streams'
  | 'storage_full'
  | 'unavailable'
  | 'model_failed'
  | 'internal';

/** Stable, for programs. `about:blank`: a proxy before Baton refused, without saying more than a status. */
export type ProblemType = `urn:baton:problem:${ProblemName}` | 'about:blank';
