import { expect, onTestFinished, test } from 'vitest';
import { openWebhookSink, type WebhookSink } from './webhook-sink.ts';

async function sinkForTest(): Promise<WebhookSink> {
  const sink = await openWebhookSink();
  onTestFinished(() => sink.close());
  return sink;
}

function send({ url }: WebhookSink): Promise<number> {
  return fetch(url, {
    method: 'POST',
    headers: { 'webhook-id': 'msg_1', connection: 'close' },
    body: '{"type":"goal.succeeded"}',
  }).then(({ status }) => status);
}

test('each delivery is kept with what it was answered', async () => {
  const sink = await sinkForTest();
  sink.failNext(1, 503);
  expect([await send(sink), await send(sink)]).toEqual([503, 204]);
  const delivery = { id: 'msg_1', type: 'goal.succeeded', body: { type: 'goal.succeeded' } };
  expect(sink.deliveries).toMatchObject([
    { ...delivery, answered: 503 },
    { ...delivery, answered: 204 },
  ]);
});

test('down, and up again at the same address', async () => {
  const sink = await sinkForTest();
  sink.down();
  await expect(send(sink)).rejects.toThrow('fetch failed');
  await sink.recover();
  expect(await send(sink)).toBe(204);
});

test('what hung is dropped when it recovers', async () => {
  const sink = await sinkForTest();
  sink.hang();
  const sending = send(sink).catch((error: Error) => error.message);
  await expect.poll(() => sink.deliveries.length).toBe(1);
  await sink.recover();
  expect(await sending).toBe('fetch failed');
  expect(sink.deliveries[0]?.answered).toBeNull();
});
