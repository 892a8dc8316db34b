import { DIGEST_VERSION, type DigestTask, type GoalDigest } from '../goal-digest.ts';

/** A task that was queued, started and ended at these times. */
export function ran(
  worker: string,
  queuedAt: number,
  startedAt: number,
  finishedAt: number,
  dependencies: number[] = [],
  fields: Partial<DigestTask> = {},
): DigestTask {
  const times = { queuedAt, startedAt, finishedAt };
  return { id: 't', worker, status: 'succeeded', attempts: 1, ...times, dependencies, due: 0, ...fields };
}

export function digest(
  tasks: DigestTask[],
  finishedAt: number,
  fields: Partial<GoalDigest> = {},
): GoalDigest {
  return {
    version: DIGEST_VERSION,
    goalId: 'goal_1',
    status: 'succeeded',
    createdAt: 0,
    begunAt: 0,
    finishedAt,
    tasks,
    troubles: [],
    ...fields,
  };
}
