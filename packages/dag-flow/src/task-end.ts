import { ErrorCode, type Job, UnrecoverableError } from 'bullmq';
import type { TaskEnd } from './control-jobs.ts';
import { unless } from './refusal.ts';

/** What BullMQ keeps in a parent about its children, by job key. */
export interface ChildrenRecord {
  readonly processed?: Readonly<Record<string, unknown>>;
  readonly ignored?: Readonly<Record<string, string>>;
}

/** Of the only child of a settle job. */
export function taskEndFrom({ processed = {}, ignored = {} }: ChildrenRecord): TaskEnd {
  const [value] = Object.values(processed);
  if (value !== undefined) return { state: 'completed', value };
  const [reason] = Object.values(ignored);
  if (reason !== undefined) return { state: 'failed', reason };
  return { state: 'gone' };
}

/**
 * Ends a settle or link job the way its task ended, so that BullMQ's own record of the dependent shows it. For a task
 * that is gone the job detaches itself first: the dependent's record stays one short.
 */
export async function reportEnd(job: Job, end: TaskEnd): Promise<unknown> {
  if (end.state === 'completed') return end.value;
  if (end.state === 'failed') throw new UnrecoverableError(end.reason);
  await unless([ErrorCode.ParentJobNotExist], job.removeChildDependency());
  return null;
}
