import { createClient } from '@baton/client';
import express from 'express';
import { answerFailure } from './failures.mjs';
import { webhookRoute } from './webhook-route.mjs';

const {
  PORT = '8080',
  BATON_URL = 'http://127.0.0.1:3000',
  BATON_API_KEY,
  WEBHOOK_SECRET,
  PUBLIC_URL = `http://127.0.0.1:${PORT}`,
} = process.env;

const baton = createClient({ baseUrl: BATON_URL, apiKey: BATON_API_KEY });
/** Longest that a user waits for Baton to take an order, retries and all, in ms. */
const patience = 20_000;

const app = express();

// Before any express.json(): what is signed is the body as it came.
if (WEBHOOK_SECRET) app.use('/hooks/baton', webhookRoute(WEBHOOK_SECRET, tellOfReport));

app.post('/reports', express.json(), async (request, response) => {
  const { orderId, topic } = request.body ?? {};
  if (
    typeof orderId !== 'string' ||
    !/^[\w.-]{1,64}$/.test(orderId) ||
    typeof topic !== 'string' ||
    topic === ''
  ) {
    response.status(400).json({ error: 'orderId: letters, digits, "_", ".", "-"; topic: a text' });
    return;
  }
  const goal = await baton.goals.create(
    {
      goal: `Write a report on this topic: ${topic}`,
      labels: { order: orderId },
      webhook: WEBHOOK_SECRET ? { url: `${PUBLIC_URL}/hooks/baton` } : null,
    },
    // However often an order is sent, by users or by us, and to however many of our processes: one report.
    { idempotencyKey: `report-${orderId}`, signal: AbortSignal.timeout(patience) },
  );
  response.status(202).location(`/reports/${goal.id}`).json(reportOf(goal));
});

// Check here that the order is this user's: whoever knows an id reads the report.
app.get('/reports/:id', async (request, response) => {
  response.json(
    reportOf(await baton.goals.get(request.params.id, { signal: AbortSignal.timeout(patience) })),
  );
});

app.use(answerFailure);

const server = app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`listening on ${PUBLIC_URL}`);
});
process.once('SIGTERM', () => server.close());

/** @param {import('@baton/client').Goal} goal */
function reportOf(goal) {
  const { id, labels, status, output, missing, error } = goal;
  return { id, order: labels['order'], status, answer: output, missing, error: error?.message ?? null };
}

/** @param {import('@baton/client/webhooks').WebhookMessage} message */
async function tellOfReport(message) {
  const { order, status, error } = reportOf(await baton.goals.get(message.data.id));
  console.log(`order ${order}: its report ${status}${error ? `: ${error}` : ''}`);
}
