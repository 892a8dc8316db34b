import type { WebhookMessage } from './message.ts';
import { readMessageHeaders, type WebhookHeaders } from './message-headers.ts';
import { isSigned, readKeys } from './signature.ts';
import { WebhookVerificationError } from './verification-error.ts';

const TOLERANCE = 300;

export interface ReceivedWebhook {
  /** The request's body exactly as it came: what a JSON parser made of it has lost what was signed. */
  readonly payload: string | Uint8Array;
  readonly headers: WebhookHeaders;
  /** The server's WEBHOOK_SECRET, or several: a message is believed when one of them signed it. */
  readonly secret: string | readonly string[];
  /** How far the message's time may be from `now`, in both directions, in s; 300 unless given. */
  readonly toleranceSeconds?: number | undefined;
  /** ms since the epoch; the present unless given. */
  readonly now?: number | undefined;
}

function bodyBytes(payload: unknown): Uint8Array {
  if (typeof payload === 'string') return new TextEncoder().encode(payload);
  if (payload instanceof Uint8Array) return payload;
  throw new TypeError(
    'payload must be the body as it came, a string or bytes, and not what was parsed from it.',
  );
}

/** Throws when the message is not of now. What can't be compared counts as too far. */
function checkTime(timestamp: string, now: number, tolerance: number): void {
  if (!(tolerance >= 0) || !Number.isFinite(now)) {
    throw new TypeError('toleranceSeconds and now must be numbers, the first from 0.');
  }
  const age = Math.floor(now / 1_000) - Number(timestamp);
  const hint = `${tolerance} s are accepted; check that this machine's clock is right`;
  if (age > tolerance) {
    throw new WebhookVerificationError('too_old', `The message was sent ${age} s ago: ${hint}.`);
  }
  if (-age > tolerance) {
    throw new WebhookVerificationError('too_new', `The message's time is ${-age} s ahead: ${hint}.`);
  }
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    return null;
  }
}

function isMessage(value: unknown): value is Omit<WebhookMessage, 'id'> {
  const { type, timestamp, data } = Object(value) as Record<string, unknown>;
  const { id } = Object(data) as Record<string, unknown>;
  return [type, timestamp, id].every((field) => typeof field === 'string');
}

/**
 * The message that a request brought, when it is Baton's: signed with one of the secrets, and of now. Rejects with a
 * {@link WebhookVerificationError} when it is not to be believed (answer 400 then), and with a TypeError when the call is wrong,
 * such as one without a secret.
 */
export async function verify(received: ReceivedWebhook): Promise<WebhookMessage> {
  const { payload, headers, secret, toleranceSeconds = TOLERANCE, now = Date.now() } = received;
  const keys = readKeys(secret);
  const body = bodyBytes(payload);
  const about = readMessageHeaders(headers);
  checkTime(about.timestamp, now, toleranceSeconds);
  if (!(await isSigned(about, body, keys))) {
    const causes = 'another secret signed it, or the body is not the one that was sent';
    throw new WebhookVerificationError('no_match', `No signature of the message matches: ${causes}.`);
  }
  const message = parsed(body);
  if (!isMessage(message)) {
    throw new WebhookVerificationError('malformed_body', "The message is signed, but is none of Baton's.");
  }
  const { type, timestamp, data } = message;
  return { id: about.id, type, timestamp, data };
}
