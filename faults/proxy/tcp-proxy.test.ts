import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openProxy, type TcpProxy } from './tcp-proxy.ts';

/** Sends back what it gets, after `name` and a colon. */
async function echo(name = ''): Promise<{ host: string; port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('data', (bytes) => socket.write(name + bytes.toString()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return { host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 };
}

async function proxyOf(target: { host: string; port: number }): Promise<TcpProxy> {
  const proxy = await openProxy(target);
  onTestFinished(() => proxy.close());
  return proxy;
}

class Client {
  readonly socket: Socket;
  received = '';
  ending: 'open' | 'end' | 'reset' | 'refused' = 'open';
  #wake: () => void = () => undefined;

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port });
    this.socket.on('data', (bytes) => this.#note(() => (this.received += bytes.toString())));
    this.socket.on('end', () => this.#note(() => (this.ending = 'end')));
    this.socket.on('error', (error: NodeJS.ErrnoException) =>
      this.#note(() => (this.ending = error.code === 'ECONNREFUSED' ? 'refused' : 'reset')),
    );
    onTestFinished(() => void this.socket.destroy());
  }

  #note(change: () => void): void {
    change();
    this.#wake();
  }

  async has(fact: () => boolean): Promise<void> {
    while (!fact()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  async says(text: string): Promise<void> {
    const before = this.received.length;
    this.socket.write(text);
    await this.has(() => this.received.length >= before + text.length);
  }
}

test('bytes go both ways', async () => {
  const proxy = await proxyOf(await echo());
  const client = new Client(proxy.port);
  await client.says('hello');
  expect([client.received, proxy.connections()]).toEqual(['hello', 1]);
});

test('a cut resets open connections and takes new ones', async () => {
  const proxy = await proxyOf(await echo());
  const client = new Client(proxy.port);
  await client.says('hello');
  proxy.cut();
  await client.has(() => client.ending === 'reset');
  expect(proxy.connections()).toBe(0);
  await new Client(proxy.port).says('again');
});

test('refused connections are taken again at the same port', async () => {
  const proxy = await proxyOf(await echo());
  const open = new Client(proxy.port);
  await open.says('before');
  proxy.refuse();
  const refused = new Client(proxy.port);
  await refused.has(() => refused.ending === 'refused');
  await open.says('still');
  await proxy.accept();
  await new Client(proxy.port).says('after');
});

test('what a freeze held back arrives in order when it is over', async () => {
  const proxy = await proxyOf(await echo());
  const [client, sound] = [new Client(proxy.port), new Client((await proxyOf(await echo())).port)];
  await client.says('0');
  proxy.freeze();
  const late = new Client(proxy.port);
  await once(late.socket, 'connect');
  client.socket.write('1');
  client.socket.write('2');
  late.socket.write('late');
  await sound.says('a round trip of somebody else');
  expect([client.received, late.received, client.ending]).toEqual(['0', '', 'open']);
  await proxy.clear();
  await client.has(() => client.received === '012');
  await late.has(() => late.received === 'late');
});

test('a frozen connection that was left ends for the other side when the freeze is over', async () => {
  const proxy = await proxyOf(await echo());
  const client = new Client(proxy.port);
  await client.says('hello');
  proxy.freeze();
  client.socket.destroy();
  await once(client.socket, 'close');
  expect(proxy.connections()).toBe(1);
  await proxy.clear();
  await expect.poll(() => proxy.connections()).toBe(0);
});

test('latency delays every byte each way', async () => {
  const proxy = await proxyOf(await echo());
  const client = new Client(proxy.port);
  await client.says('hello');
  proxy.latency(40);
  const startedAt = performance.now();
  await client.says('slow');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(78);
});

test('truncation ends one connection in mid-message', async () => {
  const proxy = await proxyOf(await echo());
  const client = new Client(proxy.port);
  await client.says('hello');
  proxy.truncate(3);
  client.socket.write('whole');
  await client.has(() => client.ending !== 'open');
  expect(client.received).toBe('hellowho');
  await new Client(proxy.port).says('whole again');
});

test('new connections go to the new target', async () => {
  const proxy = await proxyOf(await echo('a'));
  const first = new Client(proxy.port);
  await first.says('1');
  proxy.retarget(await echo('b'));
  const second = new Client(proxy.port);
  await second.says('2');
  await first.has(() => first.received === 'a1');
  await second.has(() => second.received === 'b2');
});

test('a target that is down resets the client', async () => {
  const proxy = await proxyOf({ host: '127.0.0.1', port: 9 });
  const client = new Client(proxy.port);
  await client.has(() => client.ending !== 'open');
});
