import type { ClaimedMessage, WebhookMessage } from '@baton/shared/ledger/outbox';
import { readCarrier } from '@baton/shared/telemetry/trace-carrier';
import { inSpan } from '@baton/shared/telemetry/tracing';
import type { AttemptResult } from './attempt-delivery.ts';

/** One attempt at a delivery, below the goal that it tells of. The receiver is told nothing of the trace. */
export function inWebhookSpan(
  { goalId }: Pick<ClaimedMessage, 'goalId'>,
  { url, attempts, trace }: Pick<WebhookMessage, 'url' | 'attempts' | 'trace'>,
  attempt: () => Promise<AttemptResult>,
): Promise<AttemptResult> {
  // Of an address that the client gave, no more than the log shows.
  const { hostname, port, protocol } = new URL(url);
  const attributes = {
    'baton.goal.id': goalId,
    'baton.webhook.attempt': attempts + 1,
    'http.request.method': 'POST',
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
  };
  return inSpan(
    'deliver webhook',
    { kind: 'client', parent: readCarrier(trace), attributes },
    async (span) => {
      const result = await attempt();
      span.set({ 'http.response.status_code': result.status });
      if (result.kind === 'failed') span.fail(String(result.status ?? 'no_answer'));
      return result;
    },
  );
}
