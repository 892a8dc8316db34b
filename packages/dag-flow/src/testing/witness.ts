import type { Job } from 'bullmq';

/** Remembers in which order jobs started and ended, and lets a test wait for what it wants to see. */
export interface Witness {
  readonly starts: readonly string[];
  /** Two entries a job: the events in the order in which they were seen. */
  readonly events: readonly { readonly kind: 'start' | 'end'; readonly jobId: string }[];
  readonly errors: readonly Error[];
  watch(job: Job, run: () => Promise<unknown>): Promise<unknown>;
  /** To be told when BullMQ has recorded the end. */
  ended(jobId: string): void;
  failure(error: Error): void;
  /** Resolves when BullMQ has recorded the end of this job, at once if it has. */
  endOf(jobId: string): Promise<void>;
  startOf(jobId: string): Promise<void>;
}

export function createWitness(): Witness {
  const events: { kind: 'start' | 'end'; jobId: string }[] = [];
  const starts: string[] = [];
  const errors: Error[] = [];
  const started = createSightings();
  const ended = createSightings();
  return {
    events,
    starts,
    errors,
    async watch(job, run) {
      const jobId = job.id as string;
      events.push({ kind: 'start', jobId });
      starts.push(jobId);
      started.see(jobId);
      try {
        return await run();
      } finally {
        events.push({ kind: 'end', jobId });
      }
    },
    ended: (jobId) => ended.see(jobId),
    failure: (error) => void errors.push(error),
    endOf: (jobId) => ended.of(jobId),
    startOf: (jobId) => started.of(jobId),
  };
}

function createSightings(): { see(id: string): void; of(id: string): Promise<void> } {
  const seen = new Map<string, { promise: Promise<void>; resolve: () => void }>();
  const of = (id: string): { promise: Promise<void>; resolve: () => void } => {
    const known = seen.get(id) ?? deferred();
    seen.set(id, known);
    return known;
  };
  return { see: (id) => of(id).resolve(), of: (id) => of(id).promise };
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
