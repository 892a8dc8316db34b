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
}

export type ChildJob = NonNullable<FlowJob['children']>[number];

const DEFAULT_ATTEMPTS = 100;
const DEFAULT_BACKOFF = { type: 'fixed', delay: 1_000 } as const;
const DEFAULT_LINK_DELAY = 10 * 60_000;
/** A control job fails for good only to report that its task failed. */
const CONTROL_OPTIONS = { attempts: 1_000_000, backoff: { type: 'fixed', delay: 500 }, stackTraceLimit: 0 } as const;

export function rootFlow(job: DagJob, { id }: JobReference, children: ChildJob[], options: CompileOptions): FlowJob {
  return hostJob(job, taskOptions(job, id, options), children) as FlowJob;
}

export function taskFlow(job: DagJob, { id }: JobReference, children: ChildJob[], options: CompileOptions): ChildJob {
  return hostJob(job, { ...taskOptions(job, id, options), ignoreDependencyOnFailure: true }, children);
}

export interface ControlJob {
  readonly reference: JobReference;
  readonly name: string;
  readonly priority: number;
  readonly data: ControlJobData['dag'];
}

export function settleFlow(job: ControlJob, task: ChildJob, options: CompileOptions): ChildJob {
  return controlFlow(job, controlOptions(job, options), [task]);
}

/** Parked until its settle job promotes it. */
export function linkFlow(job: ControlJob, options: CompileOptions): ChildJob {
  return controlFlow(job, { ...controlOptions(job, options), delay: options.linkDelay ?? DEFAULT_LINK_DELAY }, []);
}

function hostJob(job: DagJob, opts: JobsOptions, children: ChildJob[]): ChildJob {
  const data = { ...job.data, [RESERVED_KEY]: { children: children.length } };
  return frozen({ name: job.name, queueName: job.queue, data, opts }, children);
}

function controlFlow(job: ControlJob, opts: JobsOptions, children: ChildJob[]): ChildJob {
  const data: ControlJobData = { dag: job.data };
  return frozen({ name: job.name, queueName: job.reference.queue, data, opts }, children);
}

function taskOptions({ priority, options: own }: DagJob, jobId: string, options: CompileOptions): JobsOptions {
  const attempts = options.attempts ?? DEFAULT_ATTEMPTS;
  return { attempts, backoff: DEFAULT_BACKOFF, ...own, ...kept(options), jobId, priority };
}

function controlOptions({ priority, reference }: ControlJob, options: CompileOptions): JobsOptions {
  return { ...CONTROL_OPTIONS, ...kept(options), jobId: reference.id, priority, ignoreDependencyOnFailure: true };
}

const kept = ({ retention }: CompileOptions): JobsOptions => (retention === undefined ? {} : { removeOnComplete: retention });

interface JobParts {
  readonly name: string;
  readonly queueName: string;
  readonly data: object;
  readonly opts: JobsOptions;
}

/** BullMQ forbids `deduplication` on parents by type; none of our option types has it. */
function frozen({ opts, ...parts }: JobParts, children: ChildJob[]): ChildJob {
  Object.freeze(parts.data);
  const job = { ...parts, opts: Object.freeze(opts) };
  return Object.freeze(children.length === 0 ? job : { ...job, children: Object.freeze(children) }) as ChildJob;
}
