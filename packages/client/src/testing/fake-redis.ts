import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';

export interface FakeRedis {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** All that was sent to it. */
  received(): string;
}

/** Answers whatever it is sent first with these pieces of a reply, one by one as they are read. */
export async function startFakeRedis(...pieces: readonly string[]): Promise<FakeRedis> {
  let received = '';
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      const next = (at: number): void => {
        const piece = pieces[at];
        if (piece !== undefined) socket.write(piece, () => setImmediate(next, at + 1));
      };
      next(0);
    });
    socket.on('data', (bytes: Buffer) => void (received += bytes.toString()));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake Redis has no port');
  return { host: `127.0.0.1:${address.port}`, received: () => received };
}
