import { Queue } from 'bullmq';
import type { FailpointName } from '@baton/shared/failpoints/failpoint';
import { task } from '../../e2e/plans.ts';
import { until } from '../../e2e/until.ts';
import type { GoalToSubmit } from '../evidence/client-log.ts';
import type { GoalClient } from '../evidence/goal-client.ts';
import type { Random } from '../fuzz/random.ts';
import type { Lab, LabRole } from '../lab/lab.ts';
import { assessing, handingOn, projectRetried, replanning } from './pattern-cases.ts';
import { plannedGoal, unplannedGoal } from './requests.ts';

/** A case under way: what it loads the lab with, and whether its failpoint has struck. */
export interface CaseLoad {
  readonly lab: Lab;
  readonly client: GoalClient;
  readonly random: Random;
  /** A name that no other goal of the run has. */
  newName(): string;
  struck(): boolean;
}

export interface FailpointCase {
  /** Whose process passes the place. */
  readonly role: LabRole;
  /** The most passings that one round of the load is sure to reach. */
  readonly mostPassings: number;
  /** The others of the role are dead until it strikes: there must be nobody else to pass the place. */
  readonly alone?: boolean;
  /** Failpoint at which the process dies once before: only its successor's recovery passes the place. */
  readonly after?: FailpointName;
  /** Leaves others so long without work, in ms, until the place is passed. */
  readonly strikesWithin?: number;
  /** One round of load; called again while nothing has struck. */
  load(load: CaseLoad): Promise<void>;
}

const TASKS = 6;

async function submitAll(load: CaseLoad, requests: readonly GoalToSubmit[]): Promise<string[]> {
  const answers = await Promise.all(requests.map((request) => load.client.submit(request)));
  return answers.flatMap((answer) => (answer.kind === 'accepted' ? [answer.goalId] : []));
}

function planned(load: CaseLoad, more: Partial<GoalToSubmit> = {}): GoalToSubmit {
  return { ...plannedGoal(load.random, load.newName(), TASKS), ...more };
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/** Some without an Idempotency-Key, which are sent once; some with one, of which each is sent three times at once. */
const submitting: FailpointCase = {
  role: 'api',
  mostPassings: 3,
  async load(load) {
    const isKeyed = load.random.chance(0.6);
    for (const request of times(3, () => planned(load))) {
      if (isKeyed) await load.client.submitKeyed(request, { copies: 3 });
      else await load.client.submit(request);
    }
  },
};

const plannedOnes = (role: LabRole, mostPassings: number, goals: number): FailpointCase => ({
  role,
  mostPassings,
  load: async (load) =>
    void (await submitAll(
      load,
      times(goals, () => planned(load)),
    )),
});

/** Tasks whose model calls a tool that may be called twice, and one that may not. */
const toolUsing: FailpointCase = {
  role: 'worker',
  mostPassings: 2,
  async load(load) {
    const description = 'Book it. [calls book twice] [calls look once]';
    const tasks = ['one', 'two', 'three', 'four'].map((id) => ({ ...task(id, [], 'coder'), description }));
    const plan = { analysis: 'Planned by hand.', tasks };
    await submitAll(
      load,
      times(2, () => ({ ...planned(load), plan })),
    );
  },
};

const planning: FailpointCase = {
  role: 'planner',
  mostPassings: 2,
  load: async (load) =>
    void (await submitAll(
      load,
      times(5, () => unplannedGoal(load.random, load.newName())),
    )),
};

/** Every task takes so long, in ms, that there is time to act while it runs. */
const SLOW = 1_200;

async function submitSlow(load: CaseLoad): Promise<string | undefined> {
  const request = planned(load);
  const match = { contains: request.goal, role: 'task' };
  await load.lab.emulator.inject({ match, fault: { kind: 'delay', ms: SLOW }, times: TASKS });
  const [goalId] = await submitAll(load, [request]);
  if (goalId === undefined) return undefined;
  await until(
    `a task of ${goalId} has started`,
    async () =>
      load.struck() || (await load.client.events(goalId)).some(({ event }) => event === 'task.started'),
  );
  return goalId;
}

/** Cancels a goal whose tasks are being worked on. */
const cancelling = (role: LabRole): FailpointCase => ({
  role,
  mostPassings: 1,
  async load(load) {
    const goalIds = await Promise.all(times(2, () => submitSlow(load)));
    for (const goalId of goalIds) if (goalId !== undefined) await load.client.cancel(goalId);
  },
});

/** A goal in which one task fails, and is run again by a retry of the goal. */
const retrying: FailpointCase = {
  role: 'api',
  mostPassings: 1,
  async load(load) {
    const request = planned(load);
    const match = { contains: request.goal, task: 'left' };
    const fault = { kind: 'error', status: 400, type: 'invalid_request_error' } as const;
    await load.lab.emulator.inject({ match, fault, times: 1 });
    const [goalId] = await submitAll(load, [request]);
    if (goalId === undefined) return;
    await load.client.ended(goalId, 20_000);
    await load.client.retry(goalId);
  },
};

/** Goals whose plans somebody approves. */
const approving = (role: LabRole, goals: number): FailpointCase => ({
  role,
  mostPassings: 1,
  async load(load) {
    const requests = times(goals, () => planned(load, { options: { approval: true } }));
    const goalIds = await submitAll(load, requests);
    await Promise.all(goalIds.map((goalId) => load.client.approve(goalId, 40_000)));
  },
});

/** A link that wakes before its task has ended parks again. */
const wakingLinks: FailpointCase = {
  role: 'planner',
  mostPassings: 1,
  async load(load) {
    const { redis, prefix } = load.lab;
    const goalIds = await Promise.all(times(3, () => submitSlow(load)));
    const control = new Queue('control', {
      connection: redis.connection,
      prefix: `{${prefix}}:queue`,
      skipMetasUpdate: true,
    });
    const links = (await control.getDelayed()).filter(({ id }) =>
      goalIds.some((goalId) => id?.startsWith(`${goalId}.`)),
    );
    // One that was promoted meanwhile is no longer delayed.
    await Promise.all(links.map((link) => link.promote().catch(() => undefined)));
    await control.close();
  },
};

/** A goal whose jobs somebody has deleted: nothing moves it on but the watchdog. */
const stuck: FailpointCase = {
  role: 'planner',
  mostPassings: 1,
  alone: true,
  strikesWithin: 25_000,
  async load(load) {
    const { redis, prefix } = load.lab;
    const goalId = await submitSlow(load);
    if (goalId === undefined) return;
    const queues = `{${prefix}}:queue:tasks.`;
    const jobs = await redis.connection.keys(`${queues}*:${goalId}.1.*`);
    const names = jobs.map((key) => key.slice(0, key.indexOf(`:${goalId}`)));
    const batch = redis.connection.multi();
    for (const queue of new Set(names)) {
      for (const state of ['prioritized', 'delayed', 'waiting-children']) {
        for (const id of jobs.map((key) => key.slice(key.indexOf(goalId))))
          batch.zrem(`${queue}:${state}`, id);
      }
      for (const id of jobs.map((key) => key.slice(key.indexOf(goalId))))
        batch.lrem(`${queue}:active`, 0, id);
    }
    batch.del(...jobs);
    await batch.exec();
  },
};

const told: FailpointCase = {
  role: 'planner',
  mostPassings: 2,
  load: async (load) =>
    void (await submitAll(
      load,
      times(5, () => planned(load, { webhook: { url: load.lab.sink.url } })),
    )),
};

const flowLost: FailpointCase = { ...plannedOnes('planner', 1, 1), alone: true, after: 'flow.claimed' };

/** Names that stand for themselves; the others go by what comes before their first dot. */
const own: Partial<Record<FailpointName, FailpointCase>> = {
  'flow.abandoned': flowLost,
  'flow.removed': flowLost,
  'link.parked': wakingLinks,
  'plan.proposed': approving('planner', 4),
  'subgoal.retried': projectRetried,
  'task.released': cancelling('worker'),
  // One claim takes all the messages that are due.
  'webhook.claimed': { ...told, mostPassings: 1 },
};

/** Goals whose calls go through batches, of which one process at a time sends all. */
const waitingForBatches: FailpointCase = {
  role: 'planner',
  mostPassings: 1,
  alone: true,
  strikesWithin: 8_000,
  load: async (load) =>
    void (await submitAll(
      load,
      times(2, () => planned(load, { options: { latency: 'relaxed' } })),
    )),
};

const byPlace: Readonly<Record<string, FailpointCase>> = {
  submit: submitting,
  cancel: cancelling('api'),
  approve: approving('api', 1),
  retry: retrying,
  plan: planning,
  flow: plannedOnes('planner', 2, 5),
  task: plannedOnes('worker', 4, 3),
  tool: toolUsing,
  settle: plannedOnes('planner', 2, 4),
  link: plannedOnes('planner', 2, 4),
  synthesis: plannedOnes('planner', 2, 5),
  goal: plannedOnes('planner', 2, 5),
  replan: replanning,
  subgoal: handingOn,
  assessment: assessing,
  batch: waitingForBatches,
  watchdog: stuck,
  webhook: told,
};

/** How to have a process pass this place. */
export function caseOf(name: FailpointName): FailpointCase {
  const found = own[name] ?? byPlace[name.split('.')[0] ?? ''];
  if (!found) throw new Error(`Nobody has said yet how to reach the failpoint ${name}.`);
  return found;
}
