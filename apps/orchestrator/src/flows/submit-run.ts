/**
 * Invariants:
 * 1. A rev's flow is added by one caller, once: whoever recorded the plan adds the first rev's, whoever moved the goal to
 *    a later rev, with its plan as it was or changed, adds that one's, whoever claims the rev of a retry adds it. A flow that is
 *    added twice can hang.
 * 2. Whoever finds a rev whose flow is not whole, and did not come to add it, moves the goal on. Should the flow be added
 *    after that, its jobs are of an older rev: they end without doing anything.
 * 3. A goals job ends only when the flow of its goal's rev is whole, or the goal has ended.
 */
import { FlowProducer } from 'bullmq';
import { compileDag, type DagFlow } from '@baton/dag-flow/compile';
import { isMoving, removeUnfinished } from '@baton/dag-flow/inspect';
import { removeFlow } from '@baton/dag-flow/remove';
import { addFlow, findFlow } from '@baton/dag-flow/submit';
import type { Task } from '@baton/plan/plan';
import { isTerminal } from '@baton/shared/contract/goal-status';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import {
  claimFlow,
  markSubmitted,
  MOST_LOST_FLOWS,
  readGoalFacts,
  startNextRev,
  type GoalFacts,
} from '@baton/shared/ledger/goal-record';
import { awaitsFlow } from '@baton/shared/ledger/plan-amendment';
import { readTaskResults } from '@baton/shared/ledger/task-results';
import { tasksOfRun, type ClosingRun } from '@baton/shared/ledger/watch';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { RedisConnection } from '@baton/shared/redis/connection';
import { isStaleSocket, replaceSocket } from '@baton/shared/redis/stale-socket';
import type { Logger } from '@baton/shared/telemetry/logger';
import { activeTrace, inSpan } from '@baton/shared/telemetry/tracing';
import type { EndGoal } from './end-goal.ts';
import { keptJobs } from './job-options.ts';
import { MOST_NODES, planToDag, runSettings, type PlannedRun } from './plan-to-dag.ts';

export interface SubmitRunDeps {
  readonly ledger: Ledger;
  /** Fails fast and sends nothing twice. */
  readonly connection: RedisConnection;
  readonly prefix: string;
  readonly retentionMs: number;
  readonly endGoal: EndGoal;
  readonly logger: Logger;
}

export interface RunSubmitter {
  /** Adds a run's flow, for the one caller that may. */
  add(run: PlannedRun): Promise<void>;
  /** Adds the flow of the rev that the caller has just moved the goal on to; nothing when the goal has moved on since. */
  begin(goalId: string, rev: number): Promise<void>;
  /** For a goal whose plan was recorded earlier: resolves when the flow of its rev is whole. */
  resume(goalId: string): Promise<void>;
  /** Whether anything will move the goal's flow on; true, too, for a goal without one. */
  isMoving(goalId: string): Promise<boolean>;
  /** For a goal whose flow is stuck: starts over with what has not ended. */
  restart(goalId: string): Promise<void>;
  /** Removes what is left of an ended run's jobs; false while a worker still holds one, or the next run has no flow yet. */
  clear(run: ClosingRun): Promise<boolean>;
  close(): Promise<void>;
}

interface CurrentRun extends PlannedRun {
  /** Its flow is known to have been whole in Redis. */
  readonly submitted: boolean;
}

const incompleteFlow = {
  type: 'flow_incomplete',
  message: `The jobs of this goal were not all in Redis ${MOST_LOST_FLOWS} times over. Does something delete its keys?`,
};

/** Redis ran the transaction and refused the root in it; what became of the other jobs is not known. */
function refusedRoot(error: unknown): { status: 'incomplete' } {
  if (!isStaleSocket(error)) throw error;
  return { status: 'incomplete' };
}

export function openRunSubmitter(deps: SubmitRunDeps): RunSubmitter {
  const { ledger, connection, prefix, retentionMs, endGoal, logger } = deps;
  const producer = new FlowProducer({ connection, prefix });
  // The connection reports its own errors.
  producer.on('error', () => undefined);

  function compile(run: PlannedRun): DagFlow {
    const trace = run.trace ?? activeTrace();
    return compileDag(planToDag(run), {
      retention: keptJobs(retentionMs),
      maxNodes: MOST_NODES,
      ...(trace !== null && { trace }),
    });
  }

  function add(run: PlannedRun): Promise<void> {
    const attributes = {
      'baton.goal.id': run.goalId,
      'baton.goal.rev': run.rev,
      'baton.flow.tasks': run.tasks.length,
    };
    return inSpan('submit flow', { kind: 'producer', attributes }, (span) => {
      const flow = compile(run);
      span.set({ 'baton.flow.jobs': flow.jobs.length });
      return addCompiled(run, flow);
    });
  }

  async function addCompiled(run: PlannedRun, flow: DagFlow): Promise<void> {
    failpoint('flow.claimed');
    const socket = connection.stream;
    const { status } = await addFlow(flow, producer).catch(refusedRoot);
    failpoint('flow.added');
    if (status === 'complete') return mark(run);
    await replaceSocket(connection, socket);
    await startOver(run, flow);
  }

  async function mark({ goalId, rev }: PlannedRun): Promise<void> {
    await markSubmitted(ledger, goalId, rev);
    failpoint('flow.marked');
  }

  /** The tasks of the goal's rev, with what they wait for among themselves. */
  async function currentRun(goalId: string): Promise<CurrentRun | null> {
    const facts = await readGoalFacts(ledger, goalId);
    if (!facts?.plan || isTerminal(facts.status)) return null;
    return {
      ...(await runOf(goalId, facts, facts.rev, facts.runTaskIds)),
      submitted: facts.submittedRev === facts.rev,
    };
  }

  async function runOf(
    goalId: string,
    facts: GoalFacts,
    rev: number,
    ran: readonly (string | Task)[] | null,
  ): Promise<PlannedRun> {
    const { plan } = facts;
    const run = { goalId, rev, ...runSettings(facts) };
    if (!plan) return { ...run, tasks: [] };
    const kept = ran?.filter((task) => typeof task !== 'string') ?? [];
    if (kept.length > 0) return { ...run, tasks: kept };
    const ids = new Set(ran ?? plan.taskIds);
    const tasks = (await readTaskResults(ledger, goalId, plan))
      .filter(({ task }) => ids.has(task.id))
      .map(({ task }) => ({ ...task, dependencies: task.dependencies.filter((id) => ids.has(id)) }));
    return { ...run, tasks };
  }

  async function startOver({ goalId, rev }: PlannedRun, flow: DagFlow): Promise<void> {
    const claim = await startNextRev(ledger, goalId, rev);
    failpoint('flow.abandoned');
    if (claim === 'exhausted') {
      await endGoal(goalId, { status: 'failed', rev, lease: null, leavesJobs: true, error: incompleteFlow });
      return;
    }
    if (claim === 'others') throw new Error(`Another process submits ${goalId}: to be looked at again.`);
    logger.warn({ goalId, rev }, 'the flow is not whole: starting over with what has not ended');
    await removeFlow(flow, producer);
    failpoint('flow.removed');
    const next = await currentRun(goalId);
    if (next) await add(next);
  }

  async function resume(goalId: string): Promise<void> {
    const run = await currentRun(goalId);
    if (!run || run.submitted) return;
    if (await claimFlow(ledger, goalId, run.rev)) return add(run);
    const flow = compile(run);
    const { status } = await findFlow(flow, producer);
    if (status === 'complete') await mark(run);
    else await startOver(run, flow);
  }

  return {
    add,
    async begin(goalId, rev) {
      const run = await currentRun(goalId);
      if (run?.rev === rev) await add(run);
    },
    resume,
    async isMoving(goalId) {
      const run = await currentRun(goalId);
      return !run || isMoving(compile(run), producer);
    },
    async restart(goalId) {
      const run = await currentRun(goalId);
      if (run) await startOver(run, compile(run));
    },
    async clear({ goalId, rev }) {
      const facts = await readGoalFacts(ledger, goalId);
      if (!facts) return true;
      // A job of this run may have to see to the flow of the next one.
      if (await awaitsFlow(ledger, goalId, rev)) return false;
      const run = await runOf(goalId, facts, rev, await tasksOfRun(ledger, { goalId, rev }));
      return (await removeUnfinished(compile(run), producer)).length === 0;
    },
    close: () => producer.close(),
  };
}
