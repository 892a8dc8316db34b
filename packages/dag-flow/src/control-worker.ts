import { type ConnectionOptions, type Job, type Telemetry, Worker } from 'bullmq';
import type { ControlJobData } from './control-jobs.ts';
import type { ControlStep } from './control-step.ts';
import { followLink } from './link.ts';
import { settleTask } from './settle.ts';

export interface ControlWorkerOptions {
  /** `Dag.controlQueue`. */
  readonly queue: string;
  /** Options or a client with `maxRetriesPerRequest: null`; BullMQ opens one more, blocking, connection from it. */
  readonly connection: ConnectionOptions;
  /** The `FlowProducer`'s prefix. Default `bull`. */
  readonly prefix?: string;
  /** Jobs at a time, each a few round trips long. Default 25. */
  readonly concurrency?: number;
  /** Milliseconds. Default 30,000. */
  readonly lockDuration?: number;
  /** Milliseconds between searches for jobs whose worker died. Default 5,000. */
  readonly stalledInterval?: number;
  /** Milliseconds, at most 15,000 (the default), until a link that woke too early looks again. */
  readonly reparkDelay?: number;
  readonly telemetry?: Telemetry;
  /** Runs each job's work, for whoever traces it without BullMQ's telemetry. Must resolve and reject as `work` does. */
  readonly around?: (job: Job<ControlJobData>, work: () => Promise<unknown>) => Promise<unknown>;
  /** Called as a control job passes from one step to the next, for tests that must strike between two. Must not throw. */
  readonly onStep?: (step: ControlStep) => void;
  /** Connection trouble and lost locks. The worker recovers by itself. */
  readonly onError: (error: Error) => void;
}

export interface ControlWorker {
  /** Resolves when it is connected and taking jobs. Starting twice is starting once. */
  start(): Promise<void>;
  isRunning(): boolean;
  /** Lets running jobs end. Closing twice is closing once. */
  close(): Promise<void>;
}

const LONGEST_REPARK_DELAY = 15_000;
/** A settle or link job is safe to run any number of times, so a worker's death never counts against it. */
const UNLIMITED_STALLS = 1_000_000_000;

export function createControlWorker(options: ControlWorkerOptions): ControlWorker {
  const onStep = options.onStep ?? (() => undefined);
  const around = options.around ?? ((_job, work) => work());
  const reparkDelay = Math.min(options.reparkDelay ?? LONGEST_REPARK_DELAY, LONGEST_REPARK_DELAY);
  const worker: Worker<ControlJobData> = new Worker<ControlJobData>(
    options.queue,
    async (job, token = '') => {
      const { dag } = job.data;
      onStep(`${dag.kind}.taken`);
      return around(job, () =>
        dag.kind === 'settle'
          ? settleTask(job, dag, { control: worker, token, onStep })
          : followLink(job, dag, { control: worker.getBackend(), token, reparkDelay, onStep }),
      );
    },
    {
      connection: options.connection,
      autorun: false,
      concurrency: options.concurrency ?? 25,
      lockDuration: options.lockDuration ?? 30_000,
      stalledInterval: options.stalledInterval ?? 5_000,
      maxStalledCount: UNLIMITED_STALLS,
      ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
      ...(options.telemetry === undefined ? {} : { telemetry: options.telemetry }),
    },
  );
  worker.on('error', options.onError);
  let started: Promise<void> | undefined;
  const start = async (): Promise<void> => {
    await worker.waitUntilReady();
    worker.run().catch(options.onError);
  };
  return {
    start: () => (started ??= start()),
    isRunning: () => worker.isRunning(),
    close: () => worker.close(),
  };
}
