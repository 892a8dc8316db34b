/**
 * `too_old`, `too_new`: the message was sent longer ago, or later, than the tolerance allows. `no_match`: none of its signatures
 * is of one of the secrets. `malformed_body`: rightly signed, and not a message of Baton's.
 */
export type VerificationFailure =
  | 'missing_header'
  | 'malformed_header'
  | 'too_old'
  | 'too_new'
  | 'no_match'
  | 'malformed_body';

/** A message that is not to be believed. Neither its text nor a field of it shows a secret or a right signature. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
  readonly failure: VerificationFailure;

  constructor(failure: VerificationFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}
