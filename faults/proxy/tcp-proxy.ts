import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Conditions } from './conditions.ts';
import { OneWay } from './one-way.ts';
import { stablePort } from './stable-port.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** A TCP proxy on the loopback address whose connections can be hurt while they are in use. */
export interface TcpProxy {
  readonly host: string;
  readonly port: number;
  /** Open ones. */
  connections(): number;
  /** Resets every connection; new ones are accepted. */
  cut(): void;
  /** New connections are refused until `accept` or `clear`; open ones stay. */
  refuse(): void;
  accept(): Promise<void>;
  /** Half-open: sockets stay open, new ones are accepted, and nothing arrives on either side, until `clear`. */
  freeze(): void;
  /** Every byte takes `ms` longer, each way. */
  latency(ms: number): void;
  /** After so many more bytes towards the clients, the connection that carries the last one ends in mid-message. Once. */
  truncate(bytes: number): void;
  /** New connections go there. */
  retarget(target: Target): void;
  /** Sound again; what a freeze has held back arrives. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

interface Connection {
  readonly sockets: readonly Socket[];
  readonly ways: readonly OneWay[];
}

const HOST = '127.0.0.1';

/** A socket that is shutting down can't be reset: Node 20 would leave its handle open, and spin at the process's exit. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else if (!socket.destroyed) socket.resetAndDestroy();
}

class Proxy implements TcpProxy {
  readonly host = HOST;
  readonly port: number;
  readonly #server: Server;
  readonly #conditions = new Conditions();
  readonly #open = new Set<Connection>();
  #target: Target;

  constructor(server: Server, port: number, target: Target) {
    this.port = port;
    this.#server = server;
    this.#target = target;
    server.on('connection', (client) => this.#connected(client));
  }

  connections(): number {
    return this.#open.size;
  }

  cut(): void {
    for (const connection of this.#open) this.#end(connection);
  }

  refuse(): void {
    if (this.#server.listening) this.#server.close();
  }

  async accept(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen({ port: this.port, host: HOST });
    await once(this.#server, 'listening');
  }

  freeze(): void {
    this.#conditions.isFrozen = true;
  }

  latency(ms: number): void {
    this.#conditions.latencyMs = ms;
  }

  truncate(bytes: number): void {
    this.#conditions.bytesUntilCut = bytes;
  }

  retarget(target: Target): void {
    this.#target = target;
  }

  async clear(): Promise<void> {
    const wasFrozen = this.#conditions.isFrozen;
    this.#conditions.isFrozen = false;
    this.#conditions.latencyMs = 0;
    this.#conditions.bytesUntilCut = null;
    if (wasFrozen) {
      for (const connection of this.#open) {
        for (const way of connection.ways) way.pump();
        if (connection.sockets.some((socket) => socket.destroyed)) this.#end(connection);
      }
    }
    await this.accept();
  }

  async close(): Promise<void> {
    this.cut();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #connected(client: Socket): void {
    const upstream = connect({ ...this.#target, allowHalfOpen: true });
    const sockets = [client, upstream];
    const onTruncated = (): void => {
      this.#open.delete(connection);
      reset(upstream);
    };
    const connection: Connection = {
      sockets,
      ways: [
        new OneWay(client, upstream, this.#conditions, { isTowardsClient: false, onTruncated }),
        new OneWay(upstream, client, this.#conditions, { isTowardsClient: true, onTruncated }),
      ],
    };
    this.#open.add(connection);
    for (const socket of sockets) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (this.#open.has(connection) && !this.#conditions.isFrozen) this.#closed(connection);
      });
    }
  }

  /** One side has gone: the other goes when it has got what was sent to it. */
  #closed(connection: Connection): void {
    if (connection.sockets.every((socket) => socket.destroyed)) this.#end(connection);
    else if (connection.sockets.some((socket) => socket.destroyed && !socket.readableEnded))
      this.#end(connection);
  }

  #end(connection: Connection): void {
    this.#open.delete(connection);
    for (const way of connection.ways) way.forget();
    for (const socket of connection.sockets) reset(socket);
  }
}

/** A proxy on a port that nothing else is given while it refuses. */
export async function openProxy(target: Target): Promise<TcpProxy> {
  const server = createServer({ allowHalfOpen: true });
  const port = await stablePort(async (candidate) => {
    server.listen({ port: candidate, host: HOST });
    await once(server, 'listening');
  });
  return new Proxy(server, port, target);
}
