import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { workerSettings } from '../settings/settings.ts';
import { SetupError } from '../settings/setup-error.ts';
import type { Logger } from '../telemetry/logger.ts';
import { checkModels, checkModelsAtStart } from './startup-check.ts';

const never = new AbortController().signal;
const anthropic = ['claude-haiku-5-5', 'claude-sonnet-5-5-20260901', 'claude-opus-5-5'];

interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', headers: request.headers });
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Lists these models; `aliases` are known by name only. */
function listing(ids: readonly string[], aliases: readonly string[] = []) {
  return serve((request, response) => {
    const name = decodeURIComponent(/^\/v1\/models\/(.+)$/.exec(request.url ?? '')?.[1] ?? '');
    const found = name === '' || aliases.includes(name);
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(name === '' ? { data: ids.map((id) => ({ id })), has_more: false } : { id: name }),
    );
  });
}

function find(environment: Readonly<Record<string, string>>, signal = never) {
  return checkModels(workerSettings(environment), signal);
}

test('models that are listed, with a date or a tag too, or known by another name, are right', async () => {
  const { url } = await listing(anthropic, ['claude-opus-latest']);
  const local = await listing(['qwen3:latest']);
  const found = await find({
    ANTHROPIC_BASE_URL: url,
    MODEL_FAST: 'qwen3',
    MODEL_FAST_BASE_URL: local.url,
    MODEL_STRONG: 'claude-opus-latest',
  });
  expect(found).toEqual([]);
});

test('an unknown model is told with the nearest name, or with what there is', async () => {
  const { url } = await listing(anthropic);
  const local = await listing(['a', 'b', 'c', 'd', 'e', 'f']);
  const found = await find({
    ANTHROPIC_BASE_URL: url,
    MODEL_FAST: 'qwen3',
    MODEL_FAST_BASE_URL: local.url,
    MODEL_STRONG: 'claude-opus-55',
  });
  expect(found.map(({ message }) => message).toSorted()).toEqual(
    [
      `MODEL_FAST names "qwen3", which ${local.url} does not know. It serves a, b, c, d, e, and 1 more.`,
      `MODEL_STRONG names "claude-opus-55", which ${url} does not know. Did you mean "claude-opus-5-5"?`,
    ].toSorted(),
  );
  expect(found.every(({ isProblem }) => isProblem)).toBe(true);
});

test.each([401, 403])('a refused key (%d) is told by its settings', async (status) => {
  const { url, asked } = await serve((_, response) => response.writeHead(status).end());
  const found = await find({
    ANTHROPIC_API_KEY: 'k',
    MODEL_FAST_BASE_URL: url,
    MODEL_FAST_API_KEY: 'secret',
    MODEL_BALANCED_BASE_URL: url,
    MODEL_BALANCED_API_KEY: 'secret',
    MODEL_STRONG_BASE_URL: url,
    MODEL_STRONG_API_KEY: 'secret',
  });
  expect(found).toEqual([
    { isProblem: true, message: expect.stringMatching(/refused the key \(40\d\): check MODEL_FAST_API_KEY/) },
  ]);
  expect(asked).toMatchObject([{ headers: { 'x-api-key': 'secret', authorization: 'Bearer secret' } }]);
});

test('a key among the headers is the only one sent', async () => {
  const { url, asked } = await listing(anthropic);
  await find(
    { ANTHROPIC_API_KEY: 'k', MODEL_FAST_BASE_URL: url, MODEL_FAST_HEADERS: 'x-api-key: own' },
    AbortSignal.timeout(300),
  );
  expect(asked).toMatchObject([{ headers: { 'x-api-key': 'own' } }]);
  expect(asked[0]?.headers).not.toHaveProperty('authorization');
});

test('an endpoint that lists nothing is no problem, and says so in one line', async () => {
  const { url } = await serve((_, response) => response.writeHead(404).end('not here'));
  expect(await find({ ANTHROPIC_BASE_URL: url })).toEqual([
    {
      isProblem: false,
      message: `${url} did not list its models (status 404): whether it knows claude-haiku-5-5, claude-sonnet-5-5, claude-opus-5-5 shows with the first call`,
    },
  ]);
  expect(await find({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' })).toMatchObject([{ isProblem: false }]);
});

function recorder() {
  const lines: string[] = [];
  const note = (level: string) => (message: string) => lines.push(`${level}: ${message}`);
  return { lines, logger: { info: note('info'), warn: note('warn') } as unknown as Logger };
}

test('warn: nobody waits for an endpoint that hangs, and a process that stops says nothing of it', async () => {
  let hungUp = false;
  const { url, asked } = await serve((_, response) => {
    response.once('close', () => {
      hungUp = true;
    });
  });
  const { lines, logger } = recorder();
  const stopping = new AbortController();
  await checkModelsAtStart(workerSettings({ ANTHROPIC_BASE_URL: url }), logger, stopping.signal);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  stopping.abort();
  await vi.waitFor(() => expect(hungUp).toBe(true));
  expect(lines).toEqual([]);
});

test('warn: what is found is logged', async () => {
  const { url } = await listing(['claude-haiku-5-5', 'claude-sonnet-5-5']);
  const { lines, logger } = recorder();
  await checkModelsAtStart(workerSettings({ ANTHROPIC_BASE_URL: url }), logger, never);
  await vi.waitFor(() => expect(lines).toEqual([expect.stringMatching(/^warn: MODEL_STRONG names/)]));
});

test('fail: the process does not start with models that are unknown, and does with endpoints that hang up', async () => {
  const { url } = await listing([]);
  const { lines, logger } = recorder();
  const wrong = workerSettings({ ANTHROPIC_BASE_URL: url, MODEL_CHECK: 'fail' });
  await expect(checkModelsAtStart(wrong, logger, never)).rejects.toThrow(SetupError);
  await expect(checkModelsAtStart(wrong, logger, never)).rejects.toThrow(
    /MODEL_FAST .*\n.*MODEL_BALANCED .*\n.*MODEL_STRONG/,
  );
  const gone = workerSettings({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', MODEL_CHECK: 'fail' });
  await checkModelsAtStart(gone, logger, never);
  expect(lines).toEqual([expect.stringMatching(/^info: http:\/\/127.0.0.1:9 did not list/)]);
});

test('off: nothing is asked', async () => {
  const { url, asked } = await listing([]);
  const { logger } = recorder();
  await checkModelsAtStart(workerSettings({ ANTHROPIC_BASE_URL: url, MODEL_CHECK: 'off' }), logger, never);
  expect(asked).toEqual([]);
});
