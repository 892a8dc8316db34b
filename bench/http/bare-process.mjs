import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { toWrittenEvent } from '@baton/shared/ledger/event-log';
import { serveParent } from '../serve-parent.mjs';

/**
 * The least that sends a goal's events to its readers: one blocking read, and a write per reader. It checks nothing, asks for no
 * key, has no history and believes every reader.
 * @typedef {{ redisUrl: string, port: number, key: string, goalId: string }} BareSettings
 */
await serveParent(async (/** @type {BareSettings} */ { redisUrl, port, key, goalId }) => {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  /** @type {Set<import('node:http').ServerResponse>} */
  const open = new Set();
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).flushHeaders();
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(null)));

  async function readEvents() {
    let last = '$';
    for (;;) {
      const streams = await redis.xread('COUNT', 500, 'BLOCK', 5_000, 'STREAMS', key, last);
      for (const entry of streams?.[0]?.[1] ?? []) {
        const { id, event, data } = toWrittenEvent(goalId, entry);
        const frame = Buffer.from(`id: ${id}\nevent: ${event}\ndata: ${data}\n\n`);
        for (const response of open) response.write(frame);
        [last] = entry;
      }
    }
  }
  // Ends when its connection does.
  const reading = readEvents().catch(() => undefined);
  return {
    async stop() {
      redis.disconnect();
      server.closeAllConnections();
      server.close();
      await reading;
    },
  };
});
