import { Webhook } from 'standardwebhooks';
import type { WebhookMessage as MessageBody } from '@baton/shared/contract/webhook-message';
import { messageId } from '@baton/shared/ledger/deliveries';
import type { ClaimedMessage, WebhookMessage } from '@baton/shared/ledger/outbox';

/** A request's body and headers, after https://www.standardwebhooks.com. */
export interface SignedMessage {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a webhook is told: that the goal ended, how, and where to read more. */
function bodyOf(goalId: string, { type, status, at }: WebhookMessage): string {
  const self = `/v1/goals/${goalId}`;
  const body: MessageBody = {
    type,
    timestamp: new Date(at).toISOString(),
    data: { id: goalId, status, links: { self, events: `${self}/events` } },
  };
  return JSON.stringify(body);
}

/**
 * The message, signed with each secret, so that a receiver that knows one of them can check it.
 * @param now ms since the epoch: the time of this attempt
 * @param secrets `whsec_…`, the newest first; none to sign nothing
 */
export function signMessage(
  claimed: Pick<ClaimedMessage, 'goalId' | 'run'>,
  message: WebhookMessage,
  now: number,
  secrets: readonly string[],
): SignedMessage {
  const id = messageId(claimed.goalId, claimed.run);
  const body = bodyOf(claimed.goalId, message);
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(now), body));
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Baton-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1_000)),
      ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
    },
  };
}
