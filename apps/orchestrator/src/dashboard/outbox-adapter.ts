import { BaseAdapter } from '@bull-board/api/dist/queueAdapters/base.js';
import type { JobCounts, JobStatus, QueueJob, Status } from '@bull-board/api/typings/app';
import {
  findInOutbox,
  listOutbox,
  type OutboxMessage,
  type OutboxPart,
} from '@baton/shared/ledger/outbox-view';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { readOutboxState } from '@baton/shared/ledger/outbox';
import { externalJobUrl, MOST_JOBS } from './queue-adapter.ts';

/** What the board calls them. */
const partOf: Readonly<Partial<Record<JobStatus, OutboxPart>>> = { waiting: 'due', delayed: 'later' };

function refuse(): never {
  throw new Error('Webhook messages are not changed here.');
}

function jobOf(message: OutboxMessage, now: number): QueueJob {
  const { name, goalId, type, at, dueAt, receiver, attempts, lastError } = message;
  const timestamp = at ?? dueAt;
  return {
    opts: { delay: Math.max(0, dueAt - timestamp) },
    promote: refuse,
    remove: refuse,
    retry: refuse,
    getState: () => Promise.resolve(dueAt <= now ? 'waiting' : 'delayed'),
    toJSON: () => ({
      id: name,
      name: type === null ? 'of a goal that is gone' : `${type} → ${receiver ?? 'nobody'}`,
      progress: 0,
      attemptsMade: attempts,
      timestamp,
      delay: dueAt <= now ? 0 : dueAt - timestamp,
      failedReason: lastError ?? '',
      stacktrace: [],
      data: { goalId, event: type, receiver, attempts, dueAt: new Date(dueAt).toISOString(), lastError },
      returnvalue: null,
      opts: {},
    }),
  };
}

/**
 * Webhook messages that are still to be delivered, shown as a queue, which they are to an operator, though not to BullMQ: due
 * ones as waiting, those being delivered or to be tried again as delayed. Delivered ones are in their goal's deliveries.
 */
export class OutboxAdapter extends BaseAdapter {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    // Of the two kinds that the board knows the one that has no flows.
    super('bull', {
      readOnlyMode: true,
      description: 'Messages still to be delivered: waiting when due, delayed until the next attempt',
      externalJobUrl,
    });
    this.#ledger = ledger;
  }

  override getName(): string {
    return 'webhooks';
  }

  override async getJobCounts(): Promise<JobCounts> {
    const { messages, due } = await readOutboxState(this.#ledger);
    const none = { active: 0, completed: 0, failed: 0, paused: 0, prioritized: 0, 'waiting-children': 0 };
    return { ...none, waiting: due, delayed: messages - due };
  }

  /** `end` is the last place, as with BullMQ. */
  override async getJobs(statuses: JobStatus[], start = 0, end = 9): Promise<QueueJob[]> {
    const now = Date.now();
    const parts = statuses.flatMap((status) => partOf[status] ?? []);
    const pages = await Promise.all(
      parts.map((part) => listOutbox(this.#ledger, part, now, start, Math.min(MOST_JOBS, end - start + 1))),
    );
    return pages.flat().map((message) => jobOf(message, now));
  }

  override async getJob(id: string): Promise<QueueJob | null> {
    const message = await findInOutbox(this.#ledger, id);
    return message && jobOf(message, Date.now());
  }

  override getStatuses(): Status[] {
    return ['latest', 'waiting', 'delayed'];
  }

  override getJobStatuses(): JobStatus[] {
    return ['waiting', 'delayed'];
  }

  override getRedisInfo = (): Promise<null> => Promise.resolve(null);
  override getJobLogs = (): Promise<string[]> => Promise.resolve([]);
  override getMetrics = () =>
    Promise.resolve({ meta: { count: 0, prevTS: 0, prevCount: 0 }, data: [], count: 0 });
  override isPaused = (): Promise<boolean> => Promise.resolve(false);
  override getGlobalConcurrency = (): Promise<null> => Promise.resolve(null);
  override getJobSchedulers = (): Promise<[]> => Promise.resolve([]);
  override getJobSchedulersCount = (): Promise<number> => Promise.resolve(0);

  override clean = refuse;
  override addJob = refuse;
  override pause = refuse;
  override resume = refuse;
  override empty = refuse;
  override obliterate = refuse;
  override promoteAll = refuse;
  override removeJobScheduler = refuse;
  override updateJobScheduler = refuse;
  override runJobSchedulerNow = refuse;
  override setGlobalConcurrency = refuse;
}
