/*
 * 1. A settle job runs when its task has ended or was removed: BullMQ releases it in the same script.
 * 2. It ends only after it has released every link, so one that dies halfway runs again from the start.
 * 3. Releasing a link that was released, is running, has ended or is gone changes nothing that matters.
 * 4. A link that runs while it is being released looks again once it has parked (link.ts), so no release is lost.
 * 5. A task that was put back while its settle job was on its way (an operator's retry) is waited for again.
 */
import { ErrorCode, Job, type MinimalQueue, WaitingChildrenError } from 'bullmq';
import type { ControlJobData, LinkJobData, SettleJobData } from './control-jobs.ts';
import type { ControlStep } from './control-step.ts';
import { unless } from './refusal.ts';
import { reportEnd, taskEndFrom } from './task-end.ts';

export interface SettleContext {
  readonly control: MinimalQueue;
  readonly token: string;
  readonly onStep: (step: ControlStep) => void;
}

/** Releases the links of a task that has ended, then ends as the task did. Two round trips. */
export async function settleTask(
  job: Job,
  data: SettleJobData,
  { control, token, onStep }: SettleContext,
): Promise<unknown> {
  const record = await job.getDependencies();
  onStep('settle.read');
  const putBack = (record.unprocessed ?? []).length > 0;
  if (putBack && (await job.moveToWaitingChildren(token))) throw new WaitingChildrenError();
  const end = taskEndFrom(record);
  const released: LinkJobData = { kind: 'link', task: data.task, settle: job.id as string, end };
  await Promise.all(data.links.map((id) => release(id, released, control)));
  onStep('settle.released');
  return reportEnd(job, end);
}

/** Both commands leave together; a link that starts between them merely looks for itself. */
async function release(id: string, dag: LinkJobData, control: MinimalQueue): Promise<void> {
  const link = new Job<ControlJobData>(control, 'link', { dag }, {}, id);
  await Promise.all([
    unless([ErrorCode.JobNotExist], link.updateData({ dag })),
    unless([ErrorCode.JobNotInState], link.promote()),
  ]);
}
