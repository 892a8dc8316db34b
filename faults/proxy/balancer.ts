/**
 * What stands before several servers of the same kind, as a load balancer or a Kubernetes Service does: each connection goes to
 * the next one in turn that takes it.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { Target } from './tcp-proxy.ts';

export interface Balancer {
  /** `http://…` */
  readonly url: string;
  close(): Promise<void>;
}

/** Resolves to a connection to it, or to null when it takes none. */
async function connectTo(target: Target): Promise<Socket | null> {
  const socket = connect(target);
  try {
    await once(socket, 'connect');
    return socket.setNoDelay(true);
  } catch {
    return null;
  }
}

export async function openBalancer(targets: readonly Target[]): Promise<Balancer> {
  let turn = 0;
  const open = new Set<Socket>();
  async function serve(client: Socket): Promise<void> {
    turn += 1;
    const inTurn = targets.map((_, place) => targets[(turn + place) % targets.length]);
    for (const target of inTurn) {
      const server = target && (await connectTo(target));
      if (!server) continue;
      const ended = (): void => void open.delete(client);
      pipeline(client, server, client, ended);
      return;
    }
    client.resetAndDestroy();
  }
  const listener = createServer((client) => {
    open.add(client.setNoDelay(true));
    client.on('error', () => undefined);
    void serve(client);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('The balancer has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      for (const client of open) client.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}
