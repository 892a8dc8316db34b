import { Webhook } from 'standardwebhooks';
import type { ClaimedMessage, WebhookMessage } from '@baton/shared/ledger/outbox';

/** A request's body and headers, after https://www.standardwebhooks.com. */
export interface SignedMessage {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The same for every attempt: receivers know by it what they have had already. */
function messageId({ goalId, run }: Pick<ClaimedMessage, 'goalId' | 'run'>): string {
  return `msg_${goalId}_${run}`;
}

/** What a webhook is told: that the goal ended, how, and where to read more. */
function bodyOf(goalId: string, { type, status, at }: WebhookMessage): string {
  const self = `/v1/goals/${goalId}`;
  return JSON.stringify({
    type,
    timestamp: new Date(at).toISOString(),
    data: { id: goalId, status, links: { self, events: `${self}/events` } },
  });
}

/**
 * @param now ms since the epoch: the time of this attempt
 * @param secret `whsec_…`, or null to sign nothing
 */
export function signMessage(
  claimed: Pick<ClaimedMessage, 'goalId' | 'run'>,
  message: WebhookMessage,
  now: number,
  secret: string | null,
): SignedMessage {
  const id = messageId(claimed);
  const body = bodyOf(claimed.goalId, message);
  const signature = secret === null ? null : new Webhook(secret).sign(id, new Date(now), body);
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Baton-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1_000)),
      ...(signature !== null && { 'webhook-signature': signature }),
    },
  };
}
