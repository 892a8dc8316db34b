import { ASSESSMENT_QUEUE, GOALS_QUEUE, SYNTHESIS_QUEUE, workerTypeOf } from '../contract/queues.ts';
import { readCarrier, type TraceText } from './trace-carrier.ts';
import type { SpanOptions } from './tracing.ts';

/** A job as its span tells it. */
export interface TracedJob {
  readonly queue: string;
  readonly id: string | undefined;
  /** What BullMQ calls it: of the goals queue, which step it is. */
  readonly name: string;
  /** Times that it was taken up, this one included. */
  readonly attempt: number;
  /** What it was added with: BullMQ's own field for it. */
  readonly trace: TraceText | undefined;
}

/** What a job's data name. */
export interface JobSubject {
  readonly goalId: string;
  readonly rev?: number;
  readonly taskId?: string;
}

const names: Readonly<Record<string, string>> = {
  [SYNTHESIS_QUEUE]: 'synthesise goal',
  [ASSESSMENT_QUEUE]: 'assess goal',
};

/** One name for all jobs of a kind; ids are attributes. */
export function jobSpanName({ queue, name }: Pick<TracedJob, 'queue' | 'name'>): string {
  const workerType = workerTypeOf(queue);
  if (workerType !== null) return `task ${workerType}`;
  if (queue === GOALS_QUEUE) return name === 'run' ? 'run goal' : 'plan goal';
  return names[queue] ?? `process ${queue}`;
}

/** One attempt at a job: it goes on from where the job was added, whoever added it. */
export function jobSpanOptions(job: TracedJob, { goalId, rev, taskId }: JobSubject): SpanOptions {
  return {
    kind: 'consumer',
    parent: readCarrier(job.trace),
    inherited: {
      'baton.goal.id': goalId,
      'baton.task.id': taskId,
      'baton.goal.rev': rev,
      'gen_ai.conversation.id': goalId,
    },
    attributes: {
      'messaging.system': 'bullmq',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': job.queue,
      'messaging.message.id': job.id,
      'baton.worker_type': workerTypeOf(job.queue),
      'baton.job.attempt': job.attempt,
    },
  };
}
