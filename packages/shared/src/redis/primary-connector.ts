/**
 * How a connection finds its server where several may be it: the primary that Sentinels name, or that of the slot in which a
 * Redis Cluster holds all that Baton keeps. It leads to that one server alone: whatever a connection to a single server can do
 * (WAIT, transactions, blocking reads, subscriptions) holds here too.
 *
 * Invariants:
 * 1. Each new socket is made after a guide, a Sentinel or a node of the Cluster, was asked who the primary is. Sockets that are
 *    made at one time share one question, however many there are.
 * 2. A guide that does not answer, or names a server that can't be reached or is no primary, is not the one asked next.
 * 3. Trouble is a socket that closes, as with a single server: ioredis tries again, and gives commands up, as it does there.
 * 4. What one connection learns of the guides, all connections with that address know.
 * 5. A socket is left as soon as two guides after each other name another primary, not when it is given up for silent: a server
 *    that stood still takes what it was sent when it wakes, and forgets it once it hears that it was replaced. What was not
 *    answered is sent to the next one.
 * 6. A connection that is told to reconnect while it looks for its server looks again; only one that is closed ends.
 */
import { createConnection, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, type RedisOptions } from 'ioredis';
import type { HostPort, RedisLogin } from '../settings/redis-address.ts';

/** ms between two questions who the primary is, while there are sockets. One process asks, for all of its connections. */
const ASK_EVERY = 1_000;

type Connector = NonNullable<RedisOptions['Connector']>;

/** Guides, those that were given and those that were found. */
interface Guides {
  next(): HostPort;
  found(nodes: readonly HostPort[]): void;
}

export const nameOf = ({ host, port }: HostPort): string => `${host}:${port}`;

function openGuides(given: readonly HostPort[]): Guides {
  let known = given;
  let at = Math.floor(Math.random() * given.length);
  return {
    next() {
      at = (at + 1) % known.length;
      return known[at] as HostPort;
    },
    found(nodes) {
      // Always in one order, so that the next one is another one.
      const all = [...given, ...nodes.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))];
      known = [...new Map(all.map((node) => [nameOf(node), node])).values()];
    },
  };
}

export interface View {
  readonly primary: HostPort;
  /** Others that may be asked. */
  readonly guides: readonly HostPort[];
}

/** Where the primary is, by this guide's word. Rejects with what is wrong, and names the guide. */
export type AskGuide = (guide: HostPort) => Promise<View>;

/**
 * For ioredis's option `Connector`.
 * @param given guides to ask first
 * @param tls that the primary is reached by TLS
 */
export function primaryConnector(
  given: readonly HostPort[],
  askGuide: AskGuide,
  { tls }: RedisLogin,
): Connector {
  const guides = openGuides(given);
  let asking: Promise<HostPort> | null = null;
  async function askNext(): Promise<HostPort> {
    const { primary, guides: found } = await askGuide(guides.next());
    guides.found(found);
    return primary;
  }
  const findPrimary = (): Promise<HostPort> => (asking ??= askNext().finally(() => (asking = null)));
  const watch = watchPrimary(findPrimary);

  return class extends AbstractConnector {
    constructor(options: unknown) {
      super((options as RedisOptions).disconnectTimeout ?? 0);
    }

    override check({ role }: { readonly role?: string }): boolean {
      return role === undefined || role === 'master';
    }

    override async connect(): ReturnType<AbstractConnector['connect']> {
      this.connecting = true;
      delete this.firstError;
      try {
        const server = await findPrimary();
        if (this.connecting) return (this.stream = socketTo(server));
      } catch (error) {
        // ioredis tells it.
        this.firstError = error as Error;
      }
      return (this.stream = closedSocket());
    }
  };

  function socketTo(server: HostPort): Socket {
    const socket = tls ? connectTls({ ...server }) : createConnection({ ...server });
    watch.add(socket, server);
    return socket;
  }
}

/** Destroys sockets that lead to another server than the primary. */
function watchPrimary(ask: () => Promise<HostPort>): { add(socket: Socket, server: HostPort): void } {
  const sockets = new Map<Socket, string>();
  let timer: NodeJS.Timeout | undefined;
  const askName = (): Promise<string | null> => ask().then(nameOf, () => null);
  const misled = (primary: string): Socket[] =>
    [...sockets].flatMap(([socket, server]) => (server === primary ? [] : [socket]));

  async function look(): Promise<void> {
    const named = await askName();
    // One node alone may not have heard the latest.
    if (named !== null && misled(named).length > 0 && (await askName()) === named)
      for (const socket of misled(named)) socket.destroy();
    timer = sockets.size === 0 ? undefined : lookLater();
  }
  const lookLater = (): NodeJS.Timeout => setTimeout(() => void look(), ASK_EVERY).unref();

  return {
    add(socket, server) {
      sockets.set(socket, nameOf(server));
      socket.once('close', () => sockets.delete(socket));
      timer ??= lookLater();
    },
  };
}

function closedSocket(): Socket {
  return new Socket().destroy();
}
