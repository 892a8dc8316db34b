import type { JobsOptions } from 'bullmq';

/** What a caller may set per job. Everything that decides the shape or the safety of the flow is set by `compileDag`. */
export type NodeJobOptions = Pick<
  JobsOptions,
  'attempts' | 'backoff' | 'keepLogs' | 'stackTraceLimit' | 'sizeLimit'
>;

export interface DagJob {
  readonly queue: string;
  readonly name: string;
  /** Becomes the job's data. The key `dag` is reserved. */
  readonly data: object;
  /** BullMQ priority, 1 (first) to 2,097,151 (last). 0 is refused: it would overtake every prioritised job. */
  readonly priority: number;
  readonly options?: NodeJobOptions;
}

export interface DagNode extends DagJob {
  /** Unique in the DAG; any string. Shown in the names of settle and link jobs, never part of a job id. */
  readonly id: string;
  /** Ids of the nodes that must have ended before this one starts. */
  readonly dependencies: readonly string[];
}

export interface Dag {
  /** Unique per flow: it begins every job id. Not empty, no `:`, no white space, not a bare integer. */
  readonly id: string;
  readonly nodes: readonly DagNode[];
  /** Starts when every node has ended. */
  readonly root: DagJob;
  /** The queue of the settle and link jobs, served by a control worker. No node may use it. */
  readonly controlQueue: string;
}
