/**
 * Invariants:
 * 1. A rev's flow is added by one caller, once: whoever recorded the plan adds the first rev's, whoever moved the goal to
 *    a later rev adds that one's. A flow that is added twice can hang.
 * 2. Whoever finds a rev whose flow is not whole, and did not come to add it, moves the goal on. Should the flow be added
 *    after that, its jobs are of an older rev: they end without doing anything.
 * 3. A goals job ends only when the flow of its goal's rev is whole, or the goal has ended.
 */
import { FlowProducer } from 'bullmq';
import { compileDag, type DagFlow } from '@baton/dag-flow/compile';
import { removeFlow } from '@baton/dag-flow/remove';
import { addFlow, findFlow } from '@baton/dag-flow/submit';
import { isTerminal } from '@baton/shared/contract/goal-status';
import { markSubmitted, readGoalFacts, startNextRev, type GoalFacts } from '@baton/shared/ledger/goal-record';
import { readTaskResults } from '@baton/shared/ledger/goal-view';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { RedisConnection } from '@baton/shared/redis/connection';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { EndGoal } from './end-goal.ts';
import { keptJobs } from './job-options.ts';
import { planToDag, type PlannedRun } from './plan-to-dag.ts';

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
  /** For a goal whose plan was recorded earlier: resolves when the flow of its rev is whole. */
  resume(goalId: string): Promise<void>;
  close(): Promise<void>;
}

/** Revs of a goal that a flow may be lost in. */
const LAST_REV = 50;

const incompleteFlow = {
  type: 'flow_incomplete',
  message: `The jobs of this goal were not all in Redis ${LAST_REV} times over. Does something delete its keys?`,
};

export function openRunSubmitter(deps: SubmitRunDeps): RunSubmitter {
  const { ledger, connection, prefix, retentionMs, endGoal, logger } = deps;
  const producer = new FlowProducer({ connection, prefix });
  // The connection reports its own errors.
  producer.on('error', () => undefined);

  const compile = (run: PlannedRun): DagFlow =>
    compileDag(planToDag(run), { retention: keptJobs(retentionMs) });

  async function add(run: PlannedRun): Promise<void> {
    const flow = compile(run);
    const { status } = await addFlow(flow, producer);
    if (status === 'complete') await markSubmitted(ledger, run.goalId, run.rev);
    else await startOver(run, flow);
  }

  /** The tasks of the goal's rev, with what they wait for among themselves. */
  async function currentRun(goalId: string): Promise<PlannedRun | null> {
    const facts = await readGoalFacts(ledger, goalId);
    if (!needsFlow(facts)) return null;
    const ids = new Set(facts.runTaskIds ?? facts.plan.taskIds);
    const tasks = (await readTaskResults(ledger, goalId, facts.plan))
      .filter(({ task }) => ids.has(task.id))
      .map(({ task }) => ({ ...task, dependencies: task.dependencies.filter((id) => ids.has(id)) }));
    return { goalId, rev: facts.rev, priority: facts.options.priority, tasks };
  }

  async function startOver({ goalId, rev }: PlannedRun, flow: DagFlow): Promise<void> {
    if (rev >= LAST_REV) {
      await endGoal(goalId, { status: 'failed', rev, error: incompleteFlow });
      return;
    }
    const isMine = await startNextRev(ledger, goalId, rev);
    if (!isMine) throw new Error(`Another process submits ${goalId}: to be looked at again.`);
    logger.warn({ goalId, rev }, 'the flow is not whole: starting over with what has not ended');
    await removeFlow(flow, producer);
    const next = await currentRun(goalId);
    if (next) await add(next);
  }

  async function resume(goalId: string): Promise<void> {
    const run = await currentRun(goalId);
    if (!run) return;
    const flow = compile(run);
    const { status } = await findFlow(flow, producer);
    if (status === 'complete') await markSubmitted(ledger, goalId, run.rev);
    else await startOver(run, flow);
  }

  return { add, resume, close: () => producer.close() };
}

function needsFlow(facts: GoalFacts | null): facts is GoalFacts & { plan: NonNullable<GoalFacts['plan']> } {
  return facts?.plan != null && !isTerminal(facts.status) && facts.submittedRev !== facts.rev;
}
