import { createServer } from 'node:http';
import { webhooks, WebhookVerificationError } from '@baton/client/webhooks';

const { PORT = '8081', WEBHOOK_SECRET } = process.env;
if (!WEBHOOK_SECRET) throw new Error("WEBHOOK_SECRET is not set: it is the orchestrator's.");
const secret = WEBHOOK_SECRET;

const path = '/hooks/baton';
const mostBytes = 65_536;
const mostKept = 10_000;
/** The ids of messages whose work was begun: a message may come twice. Keep them where all your processes look. @type {Set<string>} */
const seen = new Set();

/** Yours: after the answer, once per message. @param {import('@baton/client/webhooks').WebhookMessage} message */
async function work(message) {
  console.log(`${message.id} ${message.type} ${message.data.id}`);
}

const server = createServer((request, response) => {
  receive(request).then(
    (status) => response.writeHead(status).end(),
    (error) => {
      console.error(error);
      response.writeHead(500).end(); // and Baton sends it again
    },
  );
});
server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : PORT;
  console.log(`listening on http://127.0.0.1:${port}${path}`);
});
process.once('SIGTERM', () => server.close());

/** @param {import('node:http').IncomingMessage} request @returns {Promise<number>} the status of the answer */
async function receive(request) {
  if (request.url !== path) return 404;
  if (request.method !== 'POST') return 405;
  const payload = await bodyOf(request);
  if (payload === null) return 413;
  try {
    const message = await webhooks.verify({ payload, headers: request.headers, secret });
    if (!isNew(message.id)) return 204;
    setImmediate(() => {
      work(message).catch((error) => console.error(`${message.id} was taken, and its work failed:`, error));
    });
    return 204;
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    console.error(`refused: ${error.message}`);
    return 400;
  }
}

/** The bytes as they came, or null when there are too many. @param {import('node:http').IncomingMessage} request */
async function bodyOf(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > mostBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** @param {string} id */
function isNew(id) {
  if (seen.has(id)) return false;
  seen.add(id);
  for (const oldest of seen) {
    if (seen.size <= mostKept) break;
    seen.delete(oldest);
  }
  return true;
}
