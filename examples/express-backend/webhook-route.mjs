import { webhooks, WebhookVerificationError } from '@baton/client/webhooks';
import express from 'express';

/** @typedef {import('@baton/client/webhooks').WebhookMessage} WebhookMessage */

const mostKept = 10_000;

/**
 * Takes Baton's messages: believes those that are signed, does the work of each once, and answers before it.
 * A process that ends after its answer and before its work loses that work, and two processes don't know each other's ids. Where that
 * matters, insert `message.id` into a table with a unique key instead of a Set, and do the work from there.
 * @param {string} secret
 * @param {(message: WebhookMessage) => Promise<void>} work
 */
export function webhookRoute(secret, work) {
  /** @type {Set<string>} */
  const seen = new Set();
  const route = express.Router();

  route.post('/', express.raw({ type: () => true, limit: '64kb' }), async (request, response) => {
    const payload = Buffer.isBuffer(request.body) ? request.body : '';
    /** @type {WebhookMessage} */
    let message;
    try {
      message = await webhooks.verify({ payload, headers: request.headers, secret });
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      response.status(400).json({ error: error.message });
      return;
    }
    response.status(204).end();
    if (seen.has(message.id)) return;
    seen.add(message.id);
    for (const oldest of seen) {
      if (seen.size <= mostKept) break;
      seen.delete(oldest);
    }
    work(message).catch((error) => console.error(`${message.id} was taken, and its work failed:`, error));
  });
  return route;
}
