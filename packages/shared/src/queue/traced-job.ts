import type { Job } from 'bullmq';
import { LaterError } from '../model/llm.ts';
import { jobSpanName, jobSpanOptions, type JobSubject } from '../telemetry/job-span.ts';
import { carrierOf } from '../telemetry/trace-carrier.ts';
import { errorType, isTracing, openSpan, type OpenSpan } from '../telemetry/tracing.ts';

/** What a job returns when it is traced: besides its value, the place at which its dependents link to it. */
interface TracedReturn {
  readonly trace?: string;
}

/** Of the part of a flow that a job is, the children that were compiled for it; none of any other. */
function children({ data }: Job): number {
  const mark = (data as { dag?: { children?: unknown } } | null)?.dag?.children;
  return typeof mark === 'number' ? mark : 0;
}

/** To what the job has waited for. Settle and link jobs pass on what their task returned. */
async function linkDependencies(job: Job, span: OpenSpan): Promise<void> {
  if (!span.isRecording || children(job) === 0) return;
  const values = await job.getChildrenValues<TracedReturn | null>().catch(() => ({}));
  for (const value of Object.values(values)) span.link(carrierOf(value?.trace));
}

/** How a run that brings no value has ended: what is put back has not failed. */
function tellError(span: OpenSpan, error: unknown, { reason }: AbortSignal): void {
  if (!(error instanceof Error)) return span.fail(errorType(error));
  const { delayMs } = error as { delayMs?: unknown };
  if (typeof delayMs === 'number')
    span.event('baton.job.put_back', { 'baton.delay_ms': delayMs, 'baton.reason': reasonOf(error) });
  else if (isAbort(reason) || isAbort(error))
    span.event('baton.job.aborted', {
      'baton.reason': String((isAbort(reason) ? reason : error).cause),
    });
  else span.fail(errorType(error));
}

function reasonOf(error: Error): string {
  return error instanceof LaterError && error.cause instanceof Error
    ? errorType(error.cause)
    : errorType(error);
}

function isAbort(error: unknown): error is Error {
  return error instanceof Error && error.name === 'JobAborted';
}

function isIdle(error: unknown): boolean {
  return (error as { onlyLooked?: unknown }).onlyLooked === true;
}

/**
 * Runs a job's work as one span, a child of the place that the job was added with.
 * @param signal of the job: what it was broken off for, it has not failed by.
 */
export async function inJobSpan(
  job: Job,
  subject: JobSubject,
  signal: AbortSignal,
  work: () => Promise<unknown>,
): Promise<unknown> {
  if (!isTracing()) return work();
  const traced = {
    queue: job.queueName,
    id: job.id,
    name: job.name,
    attempt: job.attemptsStarted ?? 1,
    trace: job.opts.telemetry?.metadata,
  };
  const span = openSpan(jobSpanName(traced), jobSpanOptions(traced, subject));
  await linkDependencies(job, span);
  try {
    const value = await span.run(work);
    span.end();
    const trace = span.isRecording ? span.carrier?.traceparent : undefined;
    return trace === undefined || typeof value !== 'object' || value === null ? value : { ...value, trace };
  } catch (error) {
    tellError(span, error, signal);
    // A span that never ends is never sent.
    if (!isIdle(error)) span.end();
    throw error;
  }
}
