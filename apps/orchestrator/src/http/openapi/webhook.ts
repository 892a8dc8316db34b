import { goalId } from './examples/goals.ts';
import type { Json } from './json.ts';
import { schemaOf } from './schemas.ts';

function header(name: string, description: string, example: string, required = true): Json {
  return { name, in: 'header', required, description, schema: { type: 'string' }, example };
}

const message = {
  type: 'goal.succeeded',
  timestamp: '2026-03-02T09:00:48.310Z',
  data: {
    id: goalId,
    status: 'succeeded',
    links: { self: `/v1/goals/${goalId}`, events: `/v1/goals/${goalId}/events` },
  },
};

/** What Baton asks of a webhook: headers and signature are those of Standard Webhooks. */
export const webhooks: Json = {
  goalEnded: {
    post: {
      operationId: 'goalEnded',
      summary: 'A goal has ended',
      description:
        'Sent to the `webhook.url` of a goal, once per end and at least once, and tried again for a day. ' +
        'Headers and signature are those of [Standard Webhooks](https://www.standardwebhooks.com).',
      security: [],
      parameters: [
        header('webhook-id', 'Stays the same when a message is sent again.', `msg_${goalId}_0`),
        header('webhook-timestamp', 'When it was sent, in seconds since 1970.', '1772442048'),
        header(
          'webhook-signature',
          'One or more signatures, when the server has a secret.',
          'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
          false,
        ),
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: schemaOf('WebhookMessage'),
            examples: { succeeded: { value: message } },
          },
        },
      },
      responses: {
        '2XX': { description: 'Delivered.' },
        410: { description: 'Nothing more is sent for this goal.' },
        429: { description: 'Tried again, not before `Retry-After` says.' },
        503: { description: 'Tried again, not before `Retry-After` says.' },
        default: { description: 'Tried again.' },
      },
    },
  },
};
