import type { FlowJob, JobsOptions } from 'bullmq';
import { RESERVED_KEY } from './check-dag.ts';
import type { ControlJobData } from './control-jobs.ts';
import type { DagJob } from './dag.ts';
import type { JobReference } from './job-ids.ts';

export interface CompileOptions {
  /** Default 1,000. One EXEC adds the whole flow; Redis serves nothing else meanwhile. */
  readonly maxNodes?: number;
  /** Attempts of a node or the root that sets none itself. Default 100, one second apart. */
  readonly attempts?: number;
  /** Completed jobs kept, as BullMQ's `removeOnComplete`; `age` in seconds. Default: all. Failed jobs are always kept. */
  readonly retention?: { readonly age: number; readonly count?: number };
  /** Milliseconds until a link that nobody released looks for itself. Default 10 minutes. */
  readonly linkDelay?: number;
  /** Kept with every job as BullMQ's `telemetry.metadata`: where in a trace it belongs. */
  readonly trace?: string;
}

export type ChildJob = NonNullable<FlowJob['children']>[number];

export interface ControlJob {
  readonly reference: JobReference;
  readonly name: string;
  readonly priority: number;
  readonly data: ControlJobData['dag'];
}

const DEFAULT_ATTEMPTS = 100;
const DEFAULT_BACKOFF = { type: 'fixed', delay: 1_000 } as const;
const DEFAULT_LINK_DELAY = 10 * 60_000;
/** A control job fails for good only to report that its task failed. */
const CONTROL_ATTEMPTS = 1_000_000;
const CONTROL_BACKOFF = { type: 'fixed', delay: 500 } as const;

export function rootFlow(job: DagJob, id: string, children: ChildJob[], options: CompileOptions): FlowJob {
  return hostJob(job, taskOptions(job, id, options), children);
}

export function taskFlow(job: DagJob, id: string, children: ChildJob[], options: CompileOptions): ChildJob {
  const opts = taskOptions(job, id, options);
  opts.ignoreDependencyOnFailure = true;
  return hostJob(job, opts, children);
}

export function settleFlow(job: ControlJob, task: ChildJob, options: CompileOptions): ChildJob {
  return controlFlow(job, controlOptions(job, options), [task]);
}

/** Parked until its settle job promotes it. */
export function linkFlow(job: ControlJob, options: CompileOptions): ChildJob {
  const opts = controlOptions(job, options);
  opts.delay = options.linkDelay ?? DEFAULT_LINK_DELAY;
  return controlFlow(job, opts, []);
}

function hostJob(job: DagJob, opts: JobsOptions, children: ChildJob[]): ChildJob {
  const data = { ...job.data, [RESERVED_KEY]: { children: children.length } };
  return frozenJob(job.name, job.queue, data, opts, children);
}

function controlFlow(
  { name, reference, data }: ControlJob,
  opts: JobsOptions,
  children: ChildJob[],
): ChildJob {
  return frozenJob(name, reference.queue, { dag: data } satisfies ControlJobData, opts, children);
}

function taskOptions(
  { priority, options: own }: DagJob,
  jobId: string,
  options: CompileOptions,
): JobsOptions {
  const attempts = options.attempts ?? DEFAULT_ATTEMPTS;
  return keeping({ attempts, backoff: DEFAULT_BACKOFF, ...own, jobId, priority }, options);
}

function controlOptions({ priority, reference }: ControlJob, options: CompileOptions): JobsOptions {
  const opts: JobsOptions = {
    jobId: reference.id,
    priority,
    attempts: CONTROL_ATTEMPTS,
    backoff: CONTROL_BACKOFF,
    stackTraceLimit: 0,
    ignoreDependencyOnFailure: true,
  };
  return keeping(opts, options);
}

function keeping(opts: JobsOptions, { retention, trace }: CompileOptions): JobsOptions {
  if (retention !== undefined) opts.removeOnComplete = retention;
  if (trace !== undefined) opts.telemetry = { metadata: trace };
  return opts;
}

/** The cast: BullMQ's types forbid `deduplication` on some jobs, which none of our options has. */
function frozenJob(
  name: string,
  queueName: string,
  data: object,
  opts: JobsOptions,
  children: ChildJob[],
): ChildJob {
  const job = { name, queueName, data: Object.freeze(data), opts: Object.freeze(opts) };
  return Object.freeze(
    children.length === 0 ? job : { ...job, children: Object.freeze(children) },
  ) as ChildJob;
}
