import type { Job } from 'bullmq';
import { RESERVED_KEY } from './check-dag.ts';
import { DagError } from './dag-error.ts';

export type DependencyCheck =
  /** Every direct dependency ended; `failed` of them by failing for good. */
  | { readonly complete: true; readonly failed: number }
  /** Something was removed before it had ended: the job must not do its work. */
  | { readonly complete: false; readonly expected: number; readonly found: number };

/** The part of a BullMQ `Job` that is read. */
export type CheckedJob = Pick<Job, 'id' | 'data' | 'getDependenciesCount'>;

/**
 * Compares what BullMQ recorded about a job's children with the number compiled into its data. One round trip; none
 * for a job without dependencies. Call it first in the processor: BullMQ starts a parent whose last missing child was
 * removed exactly as it starts one whose children all ended. Throws `DagError` for a job that `compileDag` did not make.
 */
export async function checkDependencies(job: CheckedJob): Promise<DependencyCheck> {
  const expected = compiledChildren(job);
  if (expected === 0) return { complete: true, failed: 0 };
  const { processed = 0, ignored = 0 } = await job.getDependenciesCount({ processed: true, ignored: true });
  const found = processed + ignored;
  return found === expected ? { complete: true, failed: ignored } : { complete: false, expected, found };
}

function compiledChildren(job: CheckedJob): number {
  const mark = (job.data as { [RESERVED_KEY]?: { children?: unknown } } | null)?.[RESERVED_KEY];
  if (typeof mark?.children === 'number') return mark.children;
  throw new DagError(
    'not_compiled',
    `Job "${job.id}" carries no "${RESERVED_KEY}.children" in its data: check only jobs made by compileDag, with their data unchanged.`,
  );
}
