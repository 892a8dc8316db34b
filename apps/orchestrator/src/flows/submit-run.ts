import { FlowProducer } from 'bullmq';
import type { RedisConnection } from '@baton/shared/redis/connection';
import { compileDag, type DagFlow } from '@baton/dag-flow/compile';
import { removeFlow } from '@baton/dag-flow/remove';
import { submitFlow } from '@baton/dag-flow/submit';
import { isTerminal } from '@baton/shared/contract/goal-status';
import { markSubmitted, readGoalFacts, startRev, type GoalFacts } from '@baton/shared/ledger/goal-record';
import { readTaskResults } from '@baton/shared/ledger/goal-view';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { EndGoal } from './end-goal.ts';
import { keptJobs } from './job-options.ts';
import { planToDag } from './plan-to-dag.ts';

export interface SubmitRunDeps {
  readonly ledger: Ledger;
  /** Fails fast and sends nothing twice: a flow that is added twice can hang. */
  readonly connection: RedisConnection;
  readonly prefix: string;
  readonly retentionMs: number;
  readonly endGoal: EndGoal;
  readonly logger: Logger;
}

export interface RunSubmitter {
  /** Makes sure that the flow of the goal's current rev is whole in Redis; may be called again at any point. */
  submit(goalId: string): Promise<void>;
  close(): Promise<void>;
}

/** A flow that Redis accepted and that lacks jobs all the same is submitted under a new rev, up to this one. */
const LAST_REV = 5;

const incompleteFlow = {
  type: 'flow_incomplete',
  message:
    'Redis accepted the jobs of this goal and does not have them all, five times. Does something delete its keys?',
};

export function openRunSubmitter({
  ledger,
  connection,
  prefix,
  retentionMs,
  endGoal,
  logger,
}: SubmitRunDeps): RunSubmitter {
  const producer = new FlowProducer({ connection, prefix });
  // The connection reports its own errors.
  producer.on('error', () => undefined);

  async function compile(goalId: string, facts: GoalFacts): Promise<DagFlow | null> {
    if (!facts.plan) return null;
    const run = new Set(facts.runTaskIds ?? facts.plan.taskIds);
    const results = await readTaskResults(ledger, goalId, facts.plan);
    const tasks = results
      .filter(({ task }) => run.has(task.id))
      .map(({ task }) => ({ ...task, dependencies: task.dependencies.filter((id) => run.has(id)) }));
    const dag = planToDag({ goalId, rev: facts.rev, priority: facts.options.priority, tasks });
    return compileDag(dag, { retention: keptJobs(retentionMs) });
  }

  /** A new rev that holds only what has no outcome yet. */
  async function startOver(goalId: string, facts: GoalFacts, flow: DagFlow): Promise<void> {
    if (facts.rev >= LAST_REV) {
      await endGoal(goalId, { status: 'failed', rev: facts.rev, error: incompleteFlow });
      return;
    }
    const next = await startRev(ledger, goalId, facts.rev);
    logger.warn(
      { goalId, rev: facts.rev, next },
      'the flow was incomplete: starting over with what has not ended',
    );
    await removeFlow(flow, producer);
  }

  async function submit(goalId: string): Promise<void> {
    for (;;) {
      const facts = await readGoalFacts(ledger, goalId);
      if (!facts || isTerminal(facts.status) || facts.submittedRev === facts.rev) return;
      const flow = await compile(goalId, facts);
      if (!flow) return;
      const result = await submitFlow(flow, producer);
      if (result.status === 'complete' || result.missing.length === 0) {
        await markSubmitted(ledger, goalId, facts.rev);
        return;
      }
      await startOver(goalId, facts, flow);
    }
  }

  return { submit, close: () => producer.close() };
}
