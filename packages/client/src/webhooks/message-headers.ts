import { WebhookVerificationError } from './verification-error.ts';

/** As `fetch`, Node's `http`, Express and most others give headers; the case of names does not matter. */
export type WebhookHeaders =
  | Iterable<readonly [string, string]>
  | { get(name: string): string | null | undefined }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface MessageHeaders {
  readonly id: string;
  /** As it was sent, since it is signed so. */
  readonly timestamp: string;
  readonly signatures: readonly string[];
}

const TIMESTAMP = /^\d{1,12}$/;

function valuesOf(headers: WebhookHeaders, name: string): string[] {
  if (!(Symbol.iterator in headers) && typeof headers.get === 'function') {
    const value = (headers as { get(name: string): unknown }).get(name);
    return typeof value === 'string' ? [value] : [];
  }
  const entries: Iterable<readonly [string, unknown]> =
    Symbol.iterator in headers
      ? (headers as Iterable<readonly [string, string]>)
      : Object.entries(headers as object);
  return [...entries]
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value)
    .filter((value) => typeof value === 'string');
}

function presentValues(headers: WebhookHeaders, name: string): [string, ...string[]] {
  const [first, ...more] = valuesOf(headers, name);
  if (first === undefined || first === '') {
    throw new WebhookVerificationError('missing_header', `There is no ${name} header.`);
  }
  return [first, ...more];
}

function onlyValue(headers: WebhookHeaders, name: string): string {
  const [value, ...more] = presentValues(headers, name);
  if (more.length === 0) return value;
  throw new WebhookVerificationError('malformed_header', `There is more than one ${name} header.`);
}

/** The headers of https://www.standardwebhooks.com; throws a {@link WebhookVerificationError}. */
export function readMessageHeaders(headers: WebhookHeaders): MessageHeaders {
  const id = onlyValue(headers, 'webhook-id');
  const timestamp = onlyValue(headers, 'webhook-timestamp');
  const signatures = presentValues(headers, 'webhook-signature').join(' ').split(' ');
  if (!TIMESTAMP.test(timestamp)) {
    const expected = 'is not a number of seconds since the epoch';
    throw new WebhookVerificationError('malformed_header', `The webhook-timestamp header ${expected}.`);
  }
  return { id, timestamp, signatures };
}
