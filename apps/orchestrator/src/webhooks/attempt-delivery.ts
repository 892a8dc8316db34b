import { retryAfterMs } from '@baton/shared/model/retry-after';
import { DeliveryError, wordsOf } from './delivery-error.ts';
import { post, type Answer } from './post.ts';
import { receiverAddresses } from './receiver-addresses.ts';
import { askNameServers, askThisMachine, type Resolve } from './resolve.ts';
import type { SignedMessage } from './signed-message.ts';
import { webhookUrlFault } from './webhook-url.ts';

/** For resolving, connecting, sending and the answer, in ms. */
const ATTEMPT_TIME = 15_000;

/** How one attempt went. `gone`: the receiver wants no more of it. */
export type AttemptResult =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'gone'; readonly status: number; readonly error: string }
  | {
      readonly kind: 'failed';
      readonly status?: number;
      readonly error: string;
      readonly retryAfterMs: number | null;
    };

export interface Delivering {
  readonly allowPrivate: boolean;
  readonly resolve?: Resolve;
  readonly timeoutMs?: number;
}

const askPublicly = askNameServers();

function judge({ status, headers }: Answer, now: number): AttemptResult {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  if (status === 410)
    return { kind: 'gone', status, error: 'answered 410: the receiver wants no more messages' };
  if (status >= 300 && status < 400) {
    const error = `answered ${status}: redirects are not followed, so the URL must be the final one`;
    return { kind: 'failed', status, error, retryAfterMs: null };
  }
  const asked = status === 429 || status === 503 ? retryAfterMs(headers, now) : null;
  return { kind: 'failed', status, error: `answered ${status}`, retryAfterMs: asked };
}

/**
 * One attempt, which comes to a result within its time whatever the receiver does. Rejects only when `signal` aborts it.
 * @param signal of this attempt alone
 */
export async function attemptDelivery(
  address: string,
  message: SignedMessage,
  {
    allowPrivate,
    resolve = allowPrivate ? askThisMachine : askPublicly,
    timeoutMs = ATTEMPT_TIME,
  }: Delivering,
  signal: AbortSignal,
): Promise<AttemptResult> {
  signal.throwIfAborted();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const over = new Promise<never>((_resolve, reject) => {
    limit.addEventListener('abort', () => reject(limit.reason as Error));
  });
  over.catch(() => undefined);
  try {
    const url = new URL(address);
    const fault = webhookUrlFault(url, allowPrivate);
    if (fault !== null) throw new DeliveryError(`the URL ${fault}: nothing was sent`);
    const addresses = await Promise.race([receiverAddresses(url, allowPrivate, resolve, limit), over]);
    return judge(await post(url, addresses, message, limit), Date.now());
  } catch (error) {
    signal.throwIfAborted();
    const words = limit.aborted ? `no answer within ${timeoutMs / 1_000} s` : wordsOf(error);
    return { kind: 'failed', error: words, retryAfterMs: null };
  }
}
