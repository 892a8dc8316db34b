import { createBullBoard } from '@bull-board/api';
import { Queue } from 'bullmq';
import type { RequestHandler } from 'express';
import type { BaseAdapter } from '@bull-board/api/baseAdapter';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { dashboardRoles, type DashboardRole } from '@baton/shared/settings/dashboard-logins';
import { BoardPage } from './board-page.ts';
import { boardStyles, fonts } from './board-styles.ts';
import { refuseUnlawful } from './board-writes.ts';
import { goalTextReader } from './goal-texts.ts';
import { OutboxAdapter } from './outbox-adapter.ts';
import { QueueAdapter, type ShownQueue } from './queue-adapter.ts';

export interface BoardOptions {
  readonly path: string;
  readonly ledger: Ledger;
  /** Shown from the start, in this order; webhook messages come after them. */
  readonly queues: readonly ShownQueue[];
}

/** Bull Board over the queues that it has been shown, for each role. */
export interface Board {
  router(role: DashboardRole): RequestHandler;
  /** Once is enough: a queue that is shown already is left as it is. */
  show(queue: ShownQueue): void;
  close(): Promise<void>;
}

const USUAL_PREFIX = '{baton}:queue';

/** Two boards over the same queues: what a page offers is settled when it is made. */
export function openBoard({ path, ledger, queues: first }: BoardOptions): Board {
  const prefix = ledger.keyspace.queuePrefix;
  const goalTexts = goalTextReader(ledger);
  const boards = dashboardRoles.map((role) => {
    const page = new BoardPage(path, boardStyles);
    const { addQueue } = createBullBoard({
      queues: [],
      serverAdapter: page,
      options: {
        uiConfig: {
          boardTitle: 'Baton',
          hideDocsLink: true,
          // The board's own order, by name, would put what comes first last.
          sortQueues: false,
          pollingInterval: { showSetting: true },
          overview: { groupByDelimiter: true },
          theme: { light: fonts, dark: fonts },
          ...(prefix !== USUAL_PREFIX && {
            environment: {
              label: prefix.replace(/^\{(.*)\}:queue$/, '$1'),
              color: '#0f766e',
              textColor: '#fff',
            },
          }),
        },
        handlerHooks: { before: refuseUnlawful },
      },
    });
    return { role, addQueue, router: page.getRouter() as RequestHandler };
  });
  const queues = new Map<string, Queue>();

  function addToAll(adapterFor: (role: DashboardRole) => BaseAdapter): void {
    for (const { role, addQueue } of boards) addQueue(adapterFor(role));
  }

  function show(shown: ShownQueue): void {
    if (queues.has(shown.name)) return;
    const queue = new Queue(shown.name, { connection: ledger.redis, prefix, skipMetasUpdate: true });
    // The connection reports its own errors.
    queue.on('error', () => undefined);
    queues.set(shown.name, queue);
    addToAll((role) => new QueueAdapter(queue, shown, role === 'viewer', goalTexts));
  }

  for (const queue of first) show(queue);
  addToAll(() => new OutboxAdapter(ledger));

  return {
    router(role) {
      const board = boards.find((one) => one.role === role);
      if (!board) throw new TypeError(`There is no board for ${role}.`);
      return board.router;
    },
    show,
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
