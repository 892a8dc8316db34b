import type { JsonObject } from '../json.ts';

export type ApiErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'billing_error'
  | 'permission_error'
  | 'not_found_error'
  | 'request_too_large'
  | 'rate_limit_error'
  | 'timeout_error'
  | 'conflict_error'
  | 'api_error'
  | 'overloaded_error';

/** A request that ends without an answer, as the Messages API words and numbers it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly type: ApiErrorType;
  /** `error_code` and what belongs to it; null when the error has no code. */
  readonly details: JsonObject | null;
  /** Seconds for the `retry-after` header; null sends none. */
  readonly retryAfter: number | null;

  constructor(
    status: number,
    type: ApiErrorType,
    message: string,
    fields: { details?: JsonObject; retryAfter?: number } = {},
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.details = fields.details ?? null;
    this.retryAfter = fields.retryAfter ?? null;
  }

  headers(): Record<string, string> {
    return this.retryAfter === null ? {} : { 'retry-after': String(this.retryAfter) };
  }

  body(requestId: string): JsonObject {
    const error = {
      type: this.type,
      message: this.message,
      ...(this.details === null ? {} : { details: this.details }),
    };
    return { type: 'error', error, request_id: requestId };
  }
}

export function invalidRequest(message: string): ApiError {
  return new ApiError(400, 'invalid_request_error', message);
}
