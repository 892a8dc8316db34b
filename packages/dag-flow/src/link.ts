/*
 * 1. A link ends only when its task has ended, or is gone.
 * 2. A link woken before that parks again, for `reparkDelay` at most; nothing but its task's end is worth waiting for.
 * 3. While it runs a link cannot be promoted. After parking it therefore looks once more: a release that came too
 *    early for the parking is seen, one that comes later finds the link parked.
 * 4. Should the process die between parking and looking, the parking delay bounds the loss.
 */
import { DelayedError, ErrorCode, type Job, type RedisQueueBackend } from 'bullmq';
import type { LinkJobData, TaskEnd } from './control-jobs.ts';
import type { ControlStep } from './control-step.ts';
import { unless } from './refusal.ts';
import { reportEnd, taskEndFrom } from './task-end.ts';

export interface LinkContext {
  readonly control: RedisQueueBackend;
  readonly token: string;
  /** Milliseconds. */
  readonly reparkDelay: number;
  readonly onStep: (step: ControlStep) => void;
}

/** Ends as the task did. One that was released needs no look at Redis. */
export async function followLink(job: Job, data: LinkJobData, context: LinkContext): Promise<unknown> {
  const end = data.end ?? (await findEnd(data, context.control));
  context.onStep('link.read');
  if (end !== undefined) return reportEnd(job, end);
  await job.moveToDelayed(Date.now() + context.reparkDelay, context.token);
  context.onStep('link.parked');
  // The job is no longer ours: whatever goes wrong from here on must not touch it.
  await promoteIfEnded(job, data, context.control).catch(() => undefined);
  throw new DelayedError();
}

async function promoteIfEnded(job: Job, data: LinkJobData, control: RedisQueueBackend): Promise<void> {
  if ((await findEnd(data, control)) === undefined) return;
  await unless([ErrorCode.JobNotInState], job.promote());
}

/** Undefined while the task has not ended. */
async function findEnd(
  { task, settle }: LinkJobData,
  control: RedisQueueBackend,
): Promise<TaskEnd | undefined> {
  const [status, text] = (await control.forQueue(task.queue).isFinished(task.id, true)) as [number, string?];
  if (status === FINISHED.completed)
    return { state: 'completed', value: JSON.parse(text ?? 'null') as unknown };
  if (status === FINISHED.failed) return { state: 'failed', reason: text ?? '' };
  if (status !== FINISHED.missing) return undefined;
  return taskEndFrom(await control.getDependencies(settle));
}

/** What BullMQ's `isFinished` answers first. */
const FINISHED = { missing: -1, completed: 1, failed: 2 } as const;
