import { z } from 'zod';
import { orchestrator } from '@baton/plan/worker-types/orchestrator';
import {
  ASSESSMENT_QUEUE,
  CONTROL_QUEUE,
  GOALS_QUEUE,
  putBackSchema,
  SYNTHESIS_QUEUE,
  taskJobSchema,
  taskQueue,
} from '@baton/shared/contract/queues';
import type { Backlog, Stats, WorkerTypeStats } from '@baton/shared/contract/stats';
import { isHeldBack, readModelLoads } from '@baton/shared/coordination/model-load';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { ModelTiers } from '@baton/shared/model/model-tiers';
import { viewWorkerTypes } from '../planner/known-workers.ts';
import { acceptedSince } from './job-priority.ts';
import { readQueueStates, together, type HeadJob, type QueueLook, type QueueState } from './queue-state.ts';
import { slotsWanted } from './slots-wanted.ts';

/** What tells when a job of the queue became ready to run. */
interface Readiness {
  readonly command: (ledger: Ledger, data: unknown) => string[] | null;
  readonly since: (reply: unknown) => number | null;
}

function parse<Schema extends z.ZodType>(schema: Schema, data: unknown): z.output<Schema> | null {
  const parsed = schema.safeParse(data);
  return parsed.success ? parsed.data : null;
}

/** A goal's job was ready when it was added. */
const whenAdded: Readiness = { command: () => null, since: () => null };

/** A task's job is added with its flow, long before its dependencies have ended; the ledger knows when the last of them did. */
const whenQueued: Readiness = {
  command(ledger, data) {
    const job = parse(taskJobSchema, data);
    return job && ['hget', ledger.goal(job.goalId).tasks, `queuedAt:${job.taskId}`];
  },
  since: (reply) => (typeof reply === 'string' ? Number(reply) : null),
};

const goalSchema = z.object({ goalId: z.string() });
/** A control job tells of a task by its job, whose id begins with its goal's. */
const controlSchema = z
  .object({ dag: z.object({ task: z.object({ id: z.string() }) }) })
  .transform(({ dag }) => ({ goalId: dag.task.id.split('.', 1)[0] ?? '' }));

/**
 * A synthesis was ready when the last task ended, which is the last that happened in its goal. An assessment and a control job were
 * ready by then at the latest.
 */
const whenLastHappened = (schema: z.ZodType<{ goalId: string }>): Readiness => ({
  command(ledger, data) {
    const job = parse(schema, data);
    return job && ['xrevrange', ledger.goal(job.goalId).events, '+', '-', 'COUNT', '1'];
  },
  since(reply) {
    const [, fields = []] = (reply as [string, string[]][])[0] ?? [];
    const at = fields[fields.indexOf('at') + 1];
    return at === undefined ? null : Number(at);
  },
});

interface Head {
  readonly job: HeadJob;
  readonly readiness: Readiness;
  /** When one that was put back was to be ready again, in ms since the epoch; 0 for others. */
  readonly putBackUntil: number;
  readonly command: string[] | null;
}

function headOf(ledger: Ledger, readiness: Readiness, job: HeadJob): Head {
  const data: unknown = JSON.parse(job.data);
  const putBackUntil = parse(putBackSchema, data)?.readyAt ?? 0;
  return { job, readiness, putBackUntil, command: readiness.command(ledger, data) };
}

/** One that was put back has not waited since before it was last started. */
function readySince({ job, readiness, putBackUntil }: Head, reply: unknown): number {
  return Math.max(readiness.since(reply) ?? job.timestamp, job.processedOn, putBackUntil);
}

interface QueueBacklog extends Backlog {
  readonly isPaused: boolean;
}

function backlogOf(
  { now, waiting, active, delayed, dueSince, isPaused }: QueueState,
  heads: readonly number[],
): QueueBacklog {
  const since = dueSince === null ? heads : [...heads, dueSince];
  const oldestWaitingMs = since.length === 0 ? null : Math.max(0, now - Math.min(...since));
  return { waiting, active, delayed, oldestWaitingMs, isPaused };
}

interface Look extends QueueLook {
  readonly readiness: Readiness;
}

interface Looked {
  readonly state: QueueState;
  /** Since when each head has been ready, in ms since the epoch. */
  readonly since: readonly number[];
}

async function lookAt(ledger: Ledger, looks: readonly Look[]): Promise<Looked[]> {
  const { redis, keyspace } = ledger;
  const states = await readQueueStates(redis, keyspace.queuePrefix, looks);
  const heads = states.map((state, at) =>
    state.heads.map((job) => headOf(ledger, looks[at]?.readiness ?? whenAdded, job)),
  );
  const asked = heads.flat().filter(({ command }) => command !== null);
  const replies = await together(
    redis,
    asked.map(({ command }) => command ?? []),
  );
  const replyTo = new Map(asked.map((head, at) => [head, replies[at]]));
  return states.map((state, at) => ({
    state,
    since: (heads[at] ?? []).map((head) => readySince(head, replyTo.get(head))),
  }));
}

/** Looks at a queue's priorities at the most, after which its backlog may be older than is told. */
const MOST_LOOKS = 16;
/** What clocks may differ by, in ms. */
const SKEW = 60_000;

/**
 * The priorities not looked at hold nothing older: a job was not ready before its goal was accepted, and its priority
 * says when that was.
 */
function isOldestFound({ state, since }: Looked): boolean {
  if (state.nextPriority === null) return true;
  return acceptedSince(state.nextPriority) > Math.min(...since, state.dueSince ?? Infinity) + SKEW;
}

async function readBacklogs(
  ledger: Ledger,
  queues: readonly (readonly [string, Readiness])[],
): Promise<QueueBacklog[]> {
  const first = queues.map(([queue, readiness]) => ({ queue, readiness, fromPriority: 0 }));
  const found = await lookAt(ledger, first);
  for (let looks = 1; looks < MOST_LOOKS; looks += 1) {
    const open = found.flatMap((looked, at) => (isOldestFound(looked) ? [] : [at]));
    if (open.length === 0) break;
    const more = await lookAt(
      ledger,
      open.flatMap((at) => {
        const [look, looked] = [first[at], found[at]];
        return look && looked ? [{ ...look, fromPriority: looked.state.nextPriority ?? 0 }] : [];
      }),
    );
    for (const [place, at] of open.entries()) {
      const [before, next] = [found[at], more[place]];
      if (!before || !next) continue;
      const state = { ...before.state, nextPriority: next.state.nextPriority };
      found[at] = { state, since: [...before.since, ...next.since] };
    }
  }
  return found.map(({ state, since }) => backlogOf(state, since));
}

const idle: QueueBacklog = { waiting: 0, active: 0, delayed: 0, oldestWaitingMs: null, isPaused: false };

function shown({ waiting, active, delayed, oldestWaitingMs }: QueueBacklog): Backlog {
  return { waiting, active, delayed, oldestWaitingMs };
}

/** What {@link Stats} tell, and the queues that are of no use to whoever scales workers. */
export interface Fleet extends Stats {
  readonly assessment: Backlog;
  readonly control: Backlog;
}

/**
 * Backlog and capacity of the whole fleet, by Redis's clock. Five round trips, and two more for each further page of priorities
 * that could hold something older, which is rare and bounded; what they cost does not grow with the number of jobs. Jobs of goals that have ended count while they are in the queues: they too take a slot, for a moment.
 * @param tiers whose models worker types call.
 */
export async function readFleet(ledger: Ledger, tiers: ModelTiers): Promise<Fleet> {
  const { redis, keyspace } = ledger;
  const [types, loads] = await Promise.all([
    viewWorkerTypes(ledger),
    readModelLoads(redis, keyspace, [...new Set(Object.values(tiers))]),
  ]);
  const heldBack = new Set(loads.filter(isHeldBack).map(({ model }) => model));
  const [planning = idle, synthesis = idle, assessment = idle, control = idle, ...tasks] = await readBacklogs(
    ledger,
    [
      [GOALS_QUEUE, whenAdded],
      [SYNTHESIS_QUEUE, whenLastHappened(goalSchema)],
      [ASSESSMENT_QUEUE, whenLastHappened(goalSchema)],
      [CONTROL_QUEUE, whenLastHappened(controlSchema)],
      ...types.map(({ type }) => [taskQueue(type), whenQueued] as const),
    ],
  );
  const workerTypes = types.map(({ type, tier, workers, slots }, at): WorkerTypeStats => {
    const backlog = tasks[at] ?? idle;
    const isHeld = heldBack.has(tiers[tier]);
    const wanted = type === orchestrator.type ? 0 : slotsWanted({ ...backlog, slots, isHeldBack: isHeld });
    return { type, ...shown(backlog), workers, slots, slotsWanted: wanted };
  });
  return {
    workerTypes,
    planning: shown(planning),
    synthesis: shown(synthesis),
    assessment: shown(assessment),
    control: shown(control),
  };
}

export async function readFleetStats(ledger: Ledger, tiers: ModelTiers): Promise<Stats> {
  const { workerTypes, planning, synthesis } = await readFleet(ledger, tiers);
  return { workerTypes, planning, synthesis };
}
