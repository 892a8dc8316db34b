import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createAnthropicBatches } from './anthropic-batches.ts';
import type { BatchResult } from './message-batches.ts';

const { signal } = new AbortController();
const line = (id: string) => `${JSON.stringify({ custom_id: id, result: { type: 'expired' } })}\n`;

async function open(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return createAnthropicBatches({ apiKey: 'k', baseUrl }, 200);
}

const silent: RequestListener = () => undefined;
const breaksOff: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/x-jsonl' });
  return response.write(line('a'));
};
const said = { name: 'ModelError', type: 'timeout_error', failure: { kind: 'retryable' } };

it('does not wait for an endpoint that says nothing', async () => {
  const batches = await open(silent);
  await expect(batches.find('b', signal)).rejects.toMatchObject(said);
  await expect(batches.since(0, signal)).rejects.toMatchObject(said);
  await expect(batches.cancel('b', signal)).rejects.toMatchObject(said);
});

it('does not wait for the rest of results that come no more', async () => {
  const batches = await open(breaksOff);
  const read: BatchResult[] = [];
  const reading = async (): Promise<void> => {
    for await (const result of batches.results('b', signal)) read.push(result);
  };
  await expect(reading()).rejects.toMatchObject(said);
  expect(read.map(({ customId }) => customId)).toEqual(['a']);
});

it('reads results that come in pieces, of its own endpoint, and none that is broken off', async () => {
  const asked: (string | undefined)[] = [];
  const text = `${line('tea\u2028é')}\r\n${line('b')}`;
  const bytes = Buffer.from(text);
  let cut = bytes.length;
  const batches = await open(({ url }, response) => {
    asked.push(url);
    for (const byte of bytes.subarray(0, cut)) response.write(Buffer.of(byte));
    response.end();
  });
  const read = async (): Promise<string[]> => {
    const ids: string[] = [];
    for await (const { customId } of batches.results('b/1', signal)) ids.push(customId);
    return ids;
  };
  expect(await read()).toEqual(['tea\u2028é', 'b']);
  cut -= 3;
  await expect(read()).rejects.toMatchObject({ type: 'malformed_response' });
  expect(asked).toEqual(Array.from({ length: 2 }, () => '/v1/messages/batches/b%2F1/results'));
});

it('says so when the connection breaks among the results', async () => {
  const batches = await open((_request, response) => {
    response.write(line('a'));
    setImmediate(() => response.destroy());
  });
  const reading = async (): Promise<void> => {
    for await (const { customId } of batches.results('b', signal)) expect(customId).toBe('a');
  };
  await expect(reading()).rejects.toMatchObject({ name: 'ModelError', failure: { kind: 'retryable' } });
});

it.each([
  [400, 'invalid_request_error', 'refused'],
  [413, 'request_too_large', 'refused'],
  [400, 'billing_error', 'failed'],
  [401, 'authentication_error', 'failed'],
  [429, 'rate_limit_error', 'failed'],
  [529, 'overloaded_error', 'failed'],
  [500, 'api_error', 'unknown'],
  [404, 'not_found_error', 'unsupported'],
])('%i %s to a new batch: %s', async (status, type, kind) => {
  const batches = await open((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ type: 'error', error: { type, message: 'no' } }));
  });
  const request = { model: 'm', system: '', messages: [], maxTokens: 1, jsonSchema: null };
  expect(await batches.create([{ customId: 'a', request }], signal)).toMatchObject({ kind });
});
