import type { IncomingHttpHeaders } from 'node:http';
import { describe, expectTypeOf, it } from 'vitest';
import type { WebhookMessage as ContractMessage } from '@baton/shared/contract/webhook-message';
import type { WebhookMessage } from './message.ts';
import { webhooks, type WebhookHeaders } from './webhooks.ts';

describe('a verified message', () => {
  it('is what the contract says, and its id', () => {
    expectTypeOf<Omit<WebhookMessage, 'id'>>().toEqualTypeOf<ContractMessage>();
    expectTypeOf(webhooks.verify).returns.resolves.toEqualTypeOf<WebhookMessage>();
  });

  it('may come with any kind of headers', () => {
    expectTypeOf<Headers>().toExtend<WebhookHeaders>();
    expectTypeOf<Map<string, string>>().toExtend<WebhookHeaders>();
    expectTypeOf<IncomingHttpHeaders>().toExtend<WebhookHeaders>();
    expectTypeOf<Record<string, string>>().toExtend<WebhookHeaders>();
  });
});
