import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Queue } from 'bullmq';
import type { QueueJob, QueueJobJson } from '@bull-board/api/typings/app';
import { isGoalId } from '../http/goal-id.ts';
import { shortenedData, shortenedText } from './shortened-data.ts';

/** The first words of goals, by id; goals that are gone are left out. */
export type ReadGoalTexts = (goalIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;

export interface ShownQueue {
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

const MOST_OF_GOAL = 80;
const MOST_OF_FAILURE = 500;
const MOST_FRAMES = 12;
/** Jobs of each state on a page; whoever asks may ask for any number. */
export const MOST_JOBS = 200;

/** The goal that a job is for: every job id begins with it. */
function goalIdOf({ id }: { readonly id?: string | number | null | undefined }): string | null {
  const [goalId = ''] = String(id ?? '').split('.');
  return isGoalId(goalId) ? goalId : null;
}

/** Relative to the board, wherever it is mounted. */
const goalPageFromBoard = (goalId: string): string => `../goals/${goalId}`;

export function externalJobUrl(job: QueueJobJson): { displayText: string; href: string } {
  const goalId = goalIdOf(job);
  return { displayText: 'Goal', href: goalId === null ? '' : goalPageFromBoard(goalId) };
}

/** `run` and `plan` are the jobs of the goals queue; all others are named when their flow is compiled. */
function nameOf({ name }: Pick<QueueJobJson, 'name'>): string {
  if (name === 'plan') return 'plan the goal';
  if (name === 'run') return 'run the approved plan';
  return shortenedText(name);
}

/** BullMQ's moment, in ms, as a person reads it. */
function dataOf(data: unknown): unknown {
  const { readyAt, ...rest } = (data ?? {}) as { readyAt?: unknown };
  if (typeof readyAt !== 'number') return shortenedData(data);
  return shortenedData({ ...rest, readyAt: new Date(readyAt).toISOString() });
}

/** A queue of Baton as the board shows it: readable names, short data, the goal that each job is for. */
export class QueueAdapter extends BullMQAdapter {
  readonly #goalTexts: ReadGoalTexts;

  constructor(
    queue: Queue,
    { title, description }: ShownQueue,
    readOnlyMode: boolean,
    goalTexts: ReadGoalTexts,
  ) {
    super(queue, {
      readOnlyMode,
      // A goal is retried, not one of its jobs: the ledger has that job's outcome already.
      allowRetries: false,
      displayName: title,
      description,
      delimiter: '.',
      externalJobUrl,
    });
    this.#goalTexts = goalTexts;
    this.setFormatter('name', nameOf);
    this.setFormatter('data', dataOf);
    this.setFormatter('returnValue', (value: unknown) => shortenedData(value));
    this.setFormatter('progress', (value: unknown) => shortenedData(value));
  }

  override async getJob(id: string): Promise<Awaited<ReturnType<BullMQAdapter['getJob']>>> {
    const job = await super.getJob(id);
    if (job) await this.#describe([job]);
    return job;
  }

  override async getJobs(
    statuses: Parameters<BullMQAdapter['getJobs']>[0],
    start = 0,
    end = start + MOST_JOBS - 1,
  ): ReturnType<BullMQAdapter['getJobs']> {
    const jobs = await super.getJobs(statuses, start, Math.min(end, start + MOST_JOBS - 1));
    await this.#describe(jobs);
    return jobs;
  }

  /** The text is read for the page alone: jobs hold references. */
  async #describe(jobs: readonly QueueJob[]): Promise<void> {
    const ids = new Set(jobs.flatMap((job) => goalIdOf(job.toJSON()) ?? []));
    const texts = await this.#goalTexts([...ids]).catch(() => new Map<string, string>());
    for (const job of jobs) {
      const plain = job.toJSON();
      const text = texts.get(goalIdOf(plain) ?? '');
      job.toJSON = () => ({
        ...plain,
        data: text === undefined ? plain.data : { goal: shortenedText(text, MOST_OF_GOAL), ...plain.data },
        failedReason: shortenedText(plain.failedReason ?? '', MOST_OF_FAILURE),
        stacktrace: (plain.stacktrace ?? []).map(shortenedStack),
      });
    }
  }
}

function shortenedStack(stack: string): string {
  return shortenedText(stack.split('\n').slice(0, MOST_FRAMES).join('\n'), 4 * MOST_OF_FAILURE);
}
