import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { Queue } from 'bullmq';
import type { RequestHandler } from 'express';
import type { RedisConnection } from '@baton/shared/redis/connection';

export interface BoardOptions {
  readonly path: string;
  readonly connection: RedisConnection;
  readonly prefix: string;
  readonly readOnly: boolean;
}

/** Bull Board over the queues that it has been shown. */
export interface Board {
  readonly router: RequestHandler;
  /** Once is enough: a queue that is shown already is left as it is. */
  show(queue: string, description: string): void;
  close(): Promise<void>;
}

export function openBoard({ path, connection, prefix, readOnly }: BoardOptions): Board {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(path);
  const board = createBullBoard({
    queues: [],
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Baton', hideRedisDetails: false } },
  });
  const queues = new Map<string, Queue>();
  return {
    router: serverAdapter.getRouter() as RequestHandler,
    show(name, description) {
      if (queues.has(name)) return;
      const queue = new Queue(name, { connection, prefix, skipMetasUpdate: true });
      // The connection reports its own errors.
      queue.on('error', () => undefined);
      queues.set(name, queue);
      board.addQueue(
        new BullMQAdapter(queue, {
          readOnlyMode: readOnly,
          allowRetries: !readOnly,
          description,
          delimiter: '.',
        }),
      );
    },
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
