import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { EventFollower } from './event-follower.ts';

type Script = (response: ServerResponse) => void;

/** An API that answers each connection by the next line; throws when they run out. `asked`: the ids that came with them. */
async function scripted(...lines: Script[]): Promise<{ url: string; asked: (string | null)[] }> {
  const asked: (string | null)[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push(request.headers['last-event-id']?.toString() ?? null);
    const line = lines.shift();
    if (!line) throw new Error('The script has no further line.');
    line(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, asked };
}

const status =
  (code: number): Script =>
  (response) =>
    void response.writeHead(code).end();

function frames(...events: readonly [number, string][]): string {
  const data = JSON.stringify({ goalId: 'goal_1', at: '2026-11-21T00:00:00.000Z' });
  return events.map(([id, event]) => `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`).join('');
}

const whole =
  (...events: readonly [number, string][]): Script =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(frames(...events));

const broken =
  (...events: readonly [number, string][]): Script =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(frames(...events), () => response.destroy());
  };

test('comes back after what it has seen, whatever became of the connection, until the end', async () => {
  const { url, asked } = await scripted(
    status(503),
    broken([1, 'goal.accepted'], [2, 'goal.planning']),
    (response) => response.destroy(),
    whole([3, 'goal.planned']),
    whole([4, 'goal.succeeded']),
  );
  const follower = new EventFollower('goal_1', () => url);
  await follower.rests;
  expect(asked).toEqual([null, null, '2', '2', '3']);
  expect(follower.connections.map(({ status: code, ended }) => [code, ended])).toEqual([
    [503, 'whole'],
    [200, 'broken'],
    [null, 'broken'],
    [200, 'whole'],
    [200, 'whole'],
  ]);
  expect(follower.connections.flatMap(({ events }) => events.map(({ id }) => id))).toEqual([
    '1',
    '2',
    '3',
    '4',
  ]);
});

test('rests at a terminal event, looks for more when woken, and rests when there is none', async () => {
  const { url, asked } = await scripted(
    whole([1, 'goal.failed']),
    whole([2, 'goal.retried'], [3, 'goal.succeeded']),
    status(204),
  );
  const follower = new EventFollower('goal_1', () => url);
  await follower.rests;
  follower.resume();
  await follower.rests;
  follower.resume();
  await follower.rests;
  expect(asked).toEqual([null, '1', '3']);
});

test('an answer that no further try can mend ends it, and so does stopping', async () => {
  const refused = await scripted(status(400));
  const follower = new EventFollower('goal_1', () => refused.url);
  await follower.rests;
  expect(follower.connections).toMatchObject([{ status: 400, events: [] }]);

  const silent = await scripted((response) => response.writeHead(200).flushHeaders());
  const waiting = new EventFollower('goal_1', () => silent.url);
  await waiting.stop();
  expect(waiting.connections).toMatchObject([{ ended: 'left' }]);
});
