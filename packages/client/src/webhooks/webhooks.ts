import { verify } from './verify.ts';

export type { WebhookMessage } from './message.ts';
export type { WebhookHeaders } from './message-headers.ts';
export type { ReceivedWebhook } from './verify.ts';
export { WebhookVerificationError, type VerificationFailure } from './verification-error.ts';

/** For whoever receives Baton's webhooks; runs wherever there is WebCrypto: Node, Deno, Bun, browsers and workers. */
export const webhooks = { verify } as const;
