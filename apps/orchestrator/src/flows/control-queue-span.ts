import { DelayedError, UnrecoverableError, WaitingChildrenError, type Job } from 'bullmq';
import type { ControlJobData } from '@baton/dag-flow/control-jobs';
import { CONTROL_QUEUE } from '@baton/shared/contract/queues';
import { readCarrier } from '@baton/shared/telemetry/trace-carrier';
import { errorType, isTracing, openSpan } from '@baton/shared/telemetry/tracing';

/** `<goal>.<rev>.…`: the ids of all jobs of a flow begin with those of their run. */
function runOf({ id = '' }: Job): { goalId: string | undefined; rev: number } {
  const [goalId, rev] = id.split('.');
  return { goalId, rev: Number(rev) };
}

/** One settle or link job, below the goal whose flow it belongs to. One that parks again, since its task goes on, leaves no span. */
export async function inControlSpan(
  job: Job<ControlJobData>,
  work: () => Promise<unknown>,
): Promise<unknown> {
  if (!isTracing()) return work();
  const { goalId, rev } = runOf(job);
  const span = openSpan(job.data.dag.kind, {
    kind: 'consumer',
    parent: readCarrier(job.opts.telemetry?.metadata),
    attributes: {
      'baton.goal.id': goalId,
      'baton.goal.rev': rev,
      'messaging.system': 'bullmq',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': CONTROL_QUEUE,
      'messaging.message.id': job.id,
    },
  });
  try {
    const value = await span.run(work);
    span.end();
    return value;
  } catch (error) {
    // A span that never ends is never sent.
    if (error instanceof DelayedError || error instanceof WaitingChildrenError) throw error;
    // It fails to tell that its task has, and has done its own work.
    if (!(error instanceof UnrecoverableError)) span.fail(errorType(error));
    span.end();
    throw error;
  }
}
