import type { LabOptions } from '../../lab/lab.ts';

/** One planner, and workers for one type of task: most of what a directed scenario takes is starting its processes. */
export const smallLab: LabOptions = {
  planners: 1,
  workers: 1,
  lockDuration: 2_500,
  redis: { appendOnly: 'no' },
  environment: { WORKER_TYPES: 'researcher' },
};

/** For scenarios in which no lock may be lost: not by chance either, on a machine that is too busy to renew it. */
export const steadyLab: LabOptions = { ...smallLab, lockDuration: 15_000 };
