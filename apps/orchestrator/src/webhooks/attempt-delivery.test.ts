import dns from 'node:dns/promises';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { attemptDelivery, type AttemptResult, type Delivering } from './attempt-delivery.ts';
import { askNameServers, type Resolve } from './resolve.ts';
import { nameServer } from './testing/name-server.ts';

const message = { body: '{"type":"goal.succeeded"}', headers: { 'webhook-id': 'msg_1' } };

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

const httpReceiver = (listener: RequestListener): Promise<number> => listening(createHttpServer(listener));

/** A server that says these bytes to whoever connects, and then nothing more. */
function tcpReceiver(bytes: string, end = false): Promise<number> {
  return listening(
    createTcpServer((socket) => {
      socket.once('data', () => void (end ? socket.end(bytes) : socket.write(bytes)));
    }),
  );
}

const everywhere: Resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);

function attempt(url: string, options: Partial<Delivering> = {}): Promise<AttemptResult> {
  const delivering = { allowPrivate: true, resolve: everywhere, timeoutMs: 5_000, ...options };
  return attemptDelivery(url, message, delivering, new AbortController().signal);
}

describe('an attempt', () => {
  it('posts the message, to the address that was checked, under the name of the URL', async () => {
    const requests: { request: IncomingMessage; body: string }[] = [];
    const port = await httpReceiver((request, response) => {
      void text(request).then((body) => {
        requests.push({ request, body });
        response.writeHead(204).end();
      });
    });
    let resolved = 0;
    const resolve: Resolve = (host, signal) => {
      resolved += 1;
      return everywhere(host, signal);
    };
    const url = `http://receiver.example:${port}/hook?of=mine`;
    expect(await attempt(url, { resolve })).toEqual({ kind: 'delivered', status: 204 });
    expect(resolved).toBe(1);
    expect(requests).toMatchObject([
      {
        request: {
          method: 'POST',
          url: '/hook?of=mine',
          headers: { host: `receiver.example:${port}`, 'webhook-id': 'msg_1', 'content-length': '25' },
        },
        body: message.body,
      },
    ]);
  });

  it('asks for the certificate of the name, not of the address', async () => {
    const names: string[] = [];
    const port = await listening(
      createTlsServer({
        SNICallback: (name, callback) => {
          names.push(name);
          callback(new Error('no certificate'));
        },
      }),
    );
    expect(await attempt(`https://receiver.example:${port}/`)).toMatchObject({ kind: 'failed' });
    expect(names).toEqual(['receiver.example']);
  });

  it.each([
    [200, { kind: 'delivered' }],
    [299, { kind: 'delivered' }],
    [410, { kind: 'gone' }],
    [400, { kind: 'failed', error: 'answered 400', retryAfterMs: null }],
    [500, { kind: 'failed', error: 'answered 500', retryAfterMs: null }],
    [429, { kind: 'failed', retryAfterMs: 90_000 }],
    [503, { kind: 'failed', retryAfterMs: 90_000 }],
  ])('answered %i', async (status, result) => {
    const port = await httpReceiver((_request, response) => {
      response.writeHead(status, { 'retry-after': '90' }).end('a body');
    });
    expect(await attempt(`http://127.0.0.1:${port}/`)).toMatchObject({ status, ...result });
  });

  it.each([301, 302, 307, 308])('does not follow a %i', async (status) => {
    let requests = 0;
    const port = await httpReceiver((_request, response) => {
      requests += 1;
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(await attempt(`http://127.0.0.1:${port}/`)).toMatchObject({
      kind: 'failed',
      status,
      error: expect.stringContaining('redirects are not followed'),
    });
    expect(requests).toBe(1);
  });

  it('takes a status for the answer, however long the body goes on', async () => {
    const port = await httpReceiver((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    });
    expect(await attempt(`http://127.0.0.1:${port}/`)).toEqual({ kind: 'delivered', status: 200 });
    const slow = await tcpReceiver('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx');
    expect(await attempt(`http://127.0.0.1:${slow}/`, { timeoutMs: 200 })).toEqual({
      kind: 'delivered',
      status: 200,
    });
  });

  it.each<[string, string, boolean]>([
    ['nothing at all', '', false],
    ['nothing and goes', '', true],
    ['half a head', 'HTTP/1.1 200 OK\r\ncontent-le', false],
    ['half a head and goes', 'HTTP/1.1 200 OK\r\ncontent-le', true],
    ['what is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', false],
    ['only that it goes on', 'HTTP/1.1 100 Continue\r\n\r\n', false],
    [
      'in another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      false,
    ],
    ['headers without an end', `HTTP/1.1 200 OK\r\n${'x-more: 1\r\n'.repeat(20_000)}`, false],
  ])('comes to an end when the receiver says %s', async (_what, bytes, end) => {
    const port = await tcpReceiver(bytes, end);
    const result = await attempt(`http://127.0.0.1:${port}/`, { timeoutMs: 300 });
    expect(result).toMatchObject({ kind: 'failed', error: expect.stringMatching(/./) });
  });

  it('comes to an end when nobody is there, or the name is never resolved', async () => {
    const server = createTcpServer();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    expect(await attempt(`http://127.0.0.1:${port}/`)).toMatchObject({
      error: expect.stringContaining('ECONNREFUSED'),
    });
    const never: Resolve = () => new Promise(() => undefined);
    expect(await attempt('http://a.example/', { resolve: never, timeoutMs: 50 })).toMatchObject({
      error: 'no answer within 0.05 s',
    });
    const empty: Resolve = () => Promise.resolve([]);
    expect(await attempt('http://a.example/', { resolve: empty })).toMatchObject({
      error: 'a.example has no address',
    });
  });

  it('has 15 s unless it is told otherwise', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    onTestFinished(() => timeout.mockRestore());
    const port = await httpReceiver((_request, response) => void response.end());
    const options = { allowPrivate: true };
    const { signal } = new AbortController();
    await attemptDelivery(`http://127.0.0.1:${port}/`, message, options, signal);
    expect(timeout.mock.calls).toEqual([[15_000]]);
  });

  it('rejects when it is aborted', async () => {
    const port = await tcpReceiver('');
    const controller = new AbortController();
    const options = { allowPrivate: true, resolve: everywhere };
    const going = attemptDelivery(`http://127.0.0.1:${port}/`, message, options, controller.signal);
    controller.abort();
    await expect(going).rejects.toThrow(/abort/i);
    await expect(
      attemptDelivery(`http://127.0.0.1:${port}/`, message, options, controller.signal),
    ).rejects.toThrow(/abort/i);
  });
});

describe('on a server that delivers to public addresses only', () => {
  const closed = { allowPrivate: false };

  it.each([
    ['http://example.com/', 'https://'],
    ['https://127.0.0.1/', '127.0.0.1'],
    ['https://[::1]/', '::1'],
    ['https://0x7f.1/', '127.0.0.1'],
    ['https://localhost/', 'localhost'],
    ['https://LOCALHOST./', 'localhost'],
    ['https://any.localhost/', 'any.localhost'],
    ['https://2130706433/', '127.0.0.1'],
    ['https://169.254.169.254/latest/meta-data', '169.254.169.254'],
    ['https://[::ffff:10.0.0.1]/', '::ffff:a00:1'],
  ])('nothing is sent to %s, and no name is asked for', async (url, said) => {
    const resolve = vi.fn(everywhere);
    const result = await attempt(url, { ...closed, resolve });
    expect(result).toMatchObject({ kind: 'failed', error: expect.stringMatching(/^the URL must /) });
    expect(result).toMatchObject({ error: expect.stringContaining(said) });
    expect(resolve).not.toHaveBeenCalled();
  });

  it('the files and threads of this machine are not asked for a name', async () => {
    const lookup = vi.spyOn(dns, 'lookup');
    syncBuiltinESMExports();
    onTestFinished(() => {
      lookup.mockRestore();
      syncBuiltinESMExports();
    });
    const { signal } = new AbortController();
    const url = 'https://receiver.invalid/';
    await attemptDelivery(url, message, { ...closed, timeoutMs: 100 }, signal);
    expect(lookup).not.toHaveBeenCalled();
    await attemptDelivery(url, message, { allowPrivate: true, timeoutMs: 100 }, signal);
    expect(lookup).toHaveBeenCalledExactlyOnceWith('receiver.invalid', { all: true });
  });

  it('one private address of a name is enough to refuse it, and no connection is made', async () => {
    let connections = 0;
    const port = await listening(createTcpServer(() => (connections += 1)));
    const { address } = await nameServer({
      'receiver.example': ['93.184.215.14', '127.0.0.1'],
      'six.example': ['fd00::7'],
    });
    const resolve = askNameServers([address]);
    for (const name of ['receiver.example', 'six.example']) {
      expect(await attempt(`https://${name}:${port}/`, { ...closed, resolve })).toEqual({
        kind: 'failed',
        // Not where: whoever chose the name would map our network with it.
        error: `${name} leads to an address that is not public: nothing was sent`,
        retryAfterMs: null,
      });
    }
    expect(connections).toBe(0);
  });

  it('the search for a name that nobody answers for ends with the attempt', async () => {
    const { address } = await nameServer({}, ['silent.example']);
    const options = { ...closed, resolve: askNameServers([address]), timeoutMs: 100 };
    expect(await attempt('https://silent.example/', options)).toMatchObject({
      error: 'no answer within 0.1 s',
    });
  });
});
