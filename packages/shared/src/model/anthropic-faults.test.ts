import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { createAnthropicLlm } from './anthropic.ts';
import { ModelError, type LlmRequest } from './llm.ts';
import {
  deltaEvent,
  openStream,
  sendError,
  serveMessages,
  sse,
  startEvent,
  stopEvent,
  textBlock,
  wholeMessage,
  type MessagesServer,
} from './testing/messages-server.ts';

const request: LlmRequest = {
  model: 'claude-test-1',
  system: '',
  messages: [{ role: 'user', text: 'Say hello.' }],
  maxTokens: 100,
  jsonSchema: null,
};

const servers: MessagesServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

interface Failed {
  readonly error: ModelError;
  readonly lost: number;
  readonly elapsedMs: number;
}

async function failedCall(
  baseUrl: string,
  options: {
    idleTimeoutMs?: number;
    timeoutMs?: number;
    signal?: AbortSignal;
    onText?: (delta: string) => void;
  } = {},
): Promise<Failed> {
  const {
    idleTimeoutMs = 5_000,
    timeoutMs = 10_000,
    signal = new AbortController().signal,
    onText,
  } = options;
  const llm = createAnthropicLlm({ apiKey: 'key', baseUrl, idleTimeoutMs, timeoutMs });
  const startedAt = performance.now();
  let lost = 0;
  const onLost = (): void => {
    lost += 1;
  };
  const error: unknown = await llm.call(request, { signal, onLost, ...(onText && { onText }) }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ModelError))
    throw new Error('The call should have failed with a ModelError', { cause: error });
  return { error, lost, elapsedMs: performance.now() - startedAt };
}

async function serve(answer: (response: ServerResponse) => void): Promise<string> {
  const server = await serveMessages(answer);
  servers.push(server);
  return server.url;
}

const retryable = { kind: 'retryable', retryAfterMs: null };
const terminal = { kind: 'terminal' };

function stream(body: string): (response: ServerResponse) => void {
  return (response) => {
    openStream(response);
    response.end(body);
  };
}

function cut(body: string): (response: ServerResponse) => void {
  return (response) => {
    openStream(response);
    response.write(body, () => response.destroy());
  };
}

describe('a broken stream is retryable and may have been paid for', () => {
  test.each([
    [
      'an event that is not JSON',
      stream(`${startEvent}event: message_delta\ndata: {"type":\n\n`),
      'malformed_response',
    ],
    [
      'an event that is not an object',
      stream(`${startEvent}event: message_delta\ndata: null\n\n`),
      'malformed_response',
    ],
    ['a socket destroyed in mid-message', cut(startEvent), 'connection_error'],
    ['an early end', stream(startEvent + textBlock(0, 'Hel')), 'incomplete_response'],
    [
      'an end without message_stop',
      stream(startEvent + textBlock(0, 'Hi') + deltaEvent('end_turn')),
      'incomplete_response',
    ],
    [
      'message_stop without a stop reason',
      stream(startEvent + textBlock(0, 'Hi') + stopEvent),
      'incomplete_response',
    ],
    ['nothing at all', stream(''), 'incomplete_response'],
  ])('%s', async (_case, answer, type) => {
    const { error, lost } = await failedCall(await serve(answer));
    expect(error).toMatchObject({ failure: retryable, type, status: null, requestId: 'req_1' });
    expect(lost).toBe(1);
  });

  test.each(['overloaded_error', 'api_error', 'rate_limit_error', 'timeout_error'])(
    'an error event of type %s',
    async (type) => {
      const body = startEvent + sse({ type: 'error', error: { type, message: 'Later' } });
      const { error, lost } = await failedCall(await serve(stream(body)));
      expect(error).toMatchObject({ failure: retryable, type, status: null, requestId: 'req_1' });
      expect(error.message).toContain('Later');
      expect(lost).toBe(1);
    },
  );
});

test('an error event that a retry would meet again is terminal', async () => {
  const url = await serve((response) => {
    openStream(response);
    response.end(sse({ type: 'error', error: { type: 'invalid_request_error', message: 'No' } }));
  });
  expect((await failedCall(url)).error.failure).toEqual(terminal);
});

test('a reply that is no event stream says so and names the variable', async () => {
  const url = await serve((response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'),
  );
  const { error } = await failedCall(url);
  expect(error).toMatchObject({ failure: retryable, type: 'incomplete_response' });
  expect(error.message).toMatch(/text\/html.*ANTHROPIC_BASE_URL/);
});

describe('refusals by status were not paid for', () => {
  test.each([
    [429, 'rate_limit_error', { kind: 'retryable', retryAfterMs: 3_600_000 }],
    [529, 'overloaded_error', { kind: 'retryable', retryAfterMs: 3_600_000 }],
    [500, 'api_error', { kind: 'retryable', retryAfterMs: 3_600_000 }],
    [400, 'invalid_request_error', terminal],
    [401, 'authentication_error', terminal],
    [403, 'permission_error', terminal],
    [404, 'not_found_error', terminal],
    [413, 'request_too_large', terminal],
  ])('%i %s', async (status, type, failure) => {
    const url = await serve((response) =>
      sendError(response, status, { type, message: 'Said so' }, { 'retry-after': '3600' }),
    );
    const { error, lost, elapsedMs } = await failedCall(url);
    expect(error).toMatchObject({ failure, type, status, requestId: 'req_1' });
    expect(error.message).toContain('Said so');
    expect(lost).toBe(0);
    expect(elapsedMs).toBeLessThan(3_000);
  });

  test.each(['enforced_spend_limit_reached', 'contract_spend_limit_reached'])(
    '429 %s is terminal',
    async (errorCode) => {
      const url = await serve((response) =>
        sendError(response, 429, {
          type: 'rate_limit_error',
          message: 'Spent',
          details: { error_code: errorCode },
        }),
      );
      const { error, lost } = await failedCall(url);
      expect(error).toMatchObject({ failure: terminal, status: 429 });
      expect(error.message).toMatch(/spend limit.*ANTHROPIC_API_KEY|ANTHROPIC_API_KEY.*spend limit/);
      expect(lost).toBe(0);
    },
  );

  test('a refusal with an endless body is still read by its status', async () => {
    const url = await serve((response) => {
      response.writeHead(503, { 'content-type': 'text/html' });
      response.write('x'.repeat(200_000));
    });
    const { error } = await failedCall(url);
    expect(error).toMatchObject({ failure: retryable, status: 503 });
    expect(error.message.length).toBeLessThan(1_000);
  });
});

test('an endpoint that nobody serves is a retryable connection error that names the address', async () => {
  const server = await serveMessages(() => undefined);
  await server.close();
  const { error, lost } = await failedCall(server.url);
  expect(error).toMatchObject({ failure: retryable, type: 'connection_error' });
  expect(error.message).toMatch(/http:\/\/127\.0\.0\.1:\d+ .*ECONNREFUSED.*ANTHROPIC_BASE_URL/);
  expect(lost).toBe(0);
});

test('a connection closed before there is a status may have been paid for', async () => {
  const url = await serve((response) => response.destroy());
  const { error, lost } = await failedCall(url);
  expect(error).toMatchObject({ failure: retryable, type: 'connection_error' });
  expect(lost).toBe(1);
});

describe('the watch', () => {
  test.each([
    ['before the headers', () => undefined],
    [
      'after the headers',
      (response: ServerResponse) => {
        openStream(response);
        response.flushHeaders();
      },
    ],
    [
      'after some text',
      (response: ServerResponse) => {
        openStream(response);
        response.write(startEvent + textBlock(0, 'Hel'));
      },
    ],
  ])('gives up a call that stalls %s', async (_case, answer) => {
    const { error, lost } = await failedCall(await serve(answer), { idleTimeoutMs: 50 });
    expect(error).toMatchObject({ failure: retryable, type: 'idle_timeout' });
    expect(lost).toBe(1);
  });

  test('gives up a refusal that stalls, and keeps its status', async () => {
    const url = await serve((response) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.write('{"type":');
    });
    const { error, lost } = await failedCall(url, { idleTimeoutMs: 1_000 });
    expect(error).toMatchObject({ failure: retryable, status: 500 });
    expect(lost).toBe(0);
  });

  test('takes pings for life, and gives up by the whole time', async () => {
    const url = await serve((response) => {
      openStream(response);
      const timer = setInterval(() => response.write(sse({ type: 'ping' })), 10);
      response.on('close', () => clearInterval(timer));
    });
    const { error } = await failedCall(url, { idleTimeoutMs: 400, timeoutMs: 900 });
    expect(error).toMatchObject({ failure: retryable, type: 'timeout' });
    expect(error.message).toContain('MODEL_TIMEOUT');
  });

  test.each([
    ['one endless line', 50_000_000, 'x'.repeat(1_000_000)],
    ['endless text', 25_000_000, textBlock(0, 'x'.repeat(1_000_000))],
    [
      'endless thinking',
      50_000_000,
      sse({
        type: 'content_block_delta',
        delta: { type: 'thinking_delta', thinking: 'x'.repeat(1_000_000) },
      }),
    ],
  ])('gives up %s before %i bytes', async (_case, limit, piece) => {
    let sent = 0;
    const url = await serve((response) => {
      openStream(response);
      const more = (): void => {
        sent += piece.length;
        if (sent < 60_000_000) {
          response.write(piece, (failed) => {
            if (!failed) setImmediate(more);
          });
        } else response.end();
      };
      more();
    });
    const { error } = await failedCall(url);
    expect(error).toMatchObject({ failure: terminal, type: 'response_too_large' });
    expect(sent).toBeLessThan(limit);
  });
});

describe('the caller', () => {
  test('who has cancelled already costs nothing', async () => {
    const { error, lost } = await failedCall('http://127.0.0.1:1', { signal: AbortSignal.abort() });
    expect(error.failure).toEqual({ kind: 'cancelled' });
    expect(lost).toBe(0);
  });

  test('who cancels in mid-message ends the call on the wire', async () => {
    const caller = new AbortController();
    const hungUp = new EventEmitter();
    const closed = once(hungUp, 'close');
    const url = await serve((response) => {
      response.on('close', () => hungUp.emit('close'));
      openStream(response);
      response.write(startEvent + textBlock(0, 'Hel'));
    });
    const { error, lost } = await failedCall(url, { signal: caller.signal, onText: () => caller.abort() });
    expect(error).toMatchObject({ failure: { kind: 'cancelled' }, type: 'cancelled' });
    expect(lost).toBe(1);
    await closed;
  });

  test('who cancels before there is a status ends the call on the wire', async () => {
    const caller = new AbortController();
    const hungUp = new EventEmitter();
    const closed = once(hungUp, 'close');
    const url = await serve((response) => {
      response.on('close', () => hungUp.emit('close'));
      caller.abort();
    });
    const { error } = await failedCall(url, { signal: caller.signal });
    expect(error.failure).toEqual({ kind: 'cancelled' });
    await closed;
  });

  test('whose text sink throws gets a terminal error, so that the call is not paid for again and again', async () => {
    const url = await serve((response) => {
      openStream(response);
      response.end(wholeMessage('ok'));
    });
    const { error } = await failedCall(url, {
      onText: () => {
        throw new TypeError('sink');
      },
    });
    expect(error).toMatchObject({ failure: terminal, type: 'unexpected_error' });
  });
});
