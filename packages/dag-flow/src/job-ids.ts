/** Where one job lives. */
export interface JobReference {
  readonly queue: string;
  readonly id: string;
}

export const rootJobId = (dagId: string): string => `${dagId}.root`;

/** `index` is the node's place in `Dag.nodes`. */
export const nodeJobId = (dagId: string, index: number): string => `${dagId}.${index}`;

export const settleJobId = (dagId: string, task: number): string => `${dagId}.${task}.s`;

export const linkJobId = (dagId: string, task: number, dependent: number): string =>
  `${dagId}.${task}.l.${dependent}`;

export const isLinkJob = (jobId: string): boolean => /\.\d+\.l\.\d+$/.test(jobId);
