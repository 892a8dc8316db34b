import { randomUUID } from 'node:crypto';
import { FlowProducer, type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import { compileDag, type DagFlow } from '../compile.ts';
import { type ControlWorker, type ControlWorkerOptions, createControlWorker } from '../control-worker.ts';
import type { Dag } from '../dag.ts';
import type { CompileOptions } from '../flow-jobs.ts';
import type { JobReference } from '../job-ids.ts';
import { submitFlow } from '../submit.ts';
import { createWitness, type Witness } from './witness.ts';

export type Processor = (job: Job, token: string) => Promise<unknown>;

/** One key space of a real Redis, with everything that lives in it closed and deleted in the end. */
export interface FlowRig {
  readonly prefix: string;
  readonly redis: Redis;
  readonly producer: FlowProducer;
  readonly witness: Witness;
  queue(name: string): Queue;
  job(reference: JobReference): Promise<Job>;
  /** Runs the jobs of these queues; the witness sees each start and end. */
  work(queues: readonly string[], processor?: Processor, concurrency?: number): Promise<void>;
  control(options?: Partial<ControlWorkerOptions>): Promise<ControlWorker>;
  submit(dag: Dag, options?: CompileOptions): Promise<DagFlow>;
  close(): Promise<void>;
}

export function createRig(): FlowRig {
  const prefix = `{dag-flow-${randomUUID().slice(0, 8)}}:q`;
  const redis = new Redis(inject('redisUrl'), { maxRetriesPerRequest: null });
  const producer = new FlowProducer({ connection: redis, prefix });
  const witness = createWitness();
  const queues = new Map<string, Queue>();
  const closers: (() => Promise<void>)[] = [];

  const queue = (name: string): Queue => {
    const known = queues.get(name) ?? new Queue(name, { connection: redis, prefix });
    queues.set(name, known);
    return known;
  };
  return {
    prefix,
    redis,
    producer,
    witness,
    queue,
    async job({ queue: name, id }) {
      const job = await queue(name).getJob(id);
      if (job === undefined) throw new Error(`Job ${id} is not in queue ${name}`);
      return job;
    },
    async work(names, processor = async () => null, concurrency = 20) {
      for (const name of names) {
        const run = (job: Job, token = ''): Promise<unknown> =>
          witness.watch(job, () => processor(job, token));
        const worker = new Worker(name, run, { connection: redis, prefix, concurrency });
        worker.on('error', (error) => witness.failure(error));
        worker.on('completed', (job) => witness.ended(job.id as string));
        worker.on('failed', (job) => witness.ended(job?.id as string));
        closers.push(() => worker.close());
        await worker.waitUntilReady();
      }
    },
    async control(options = {}) {
      const onError = (error: Error): void => witness.failure(error);
      const worker = createControlWorker({
        queue: 'control',
        connection: redis,
        prefix,
        onError,
        ...options,
      });
      closers.push(() => worker.close());
      await worker.start();
      return worker;
    },
    async submit(dag, options) {
      const flow = compileDag(dag, options);
      const result = await submitFlow(flow, producer);
      if (result.status !== 'complete') throw new Error(`Submitting ${dag.id} ended as ${result.status}`);
      return flow;
    },
    async close() {
      await Promise.all(closers.map((close) => close()));
      await Promise.all([...queues.values()].map((known) => known.close()));
      await producer.close();
      for await (const keys of redis.scanStream({
        match: `${prefix.replaceAll(/[{}]/g, '?')}:*`,
        count: 500,
      })) {
        if (keys.length > 0) await redis.unlink(...(keys as string[]));
      }
      redis.disconnect();
    },
  };
}
