import { terminalStatusOf } from '@baton/plan/task-readiness';
import { isTerminal } from '@baton/shared/contract/goal-status';
import type { SynthesisJob } from '@baton/shared/contract/queues';
import { appendEvents } from '@baton/shared/ledger/event-log';
import { advanceGoal, readGoalFacts, type GoalEnd, type GoalFacts } from '@baton/shared/ledger/goal-record';
import { readTaskResults, type TaskResult } from '@baton/shared/ledger/goal-view';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { EndGoal } from '../flows/end-goal.ts';
import type { Synthesised, SynthesisRequest } from './ask-synthesiser.ts';
import { openOutputStream } from './output-stream.ts';

export interface SynthesiseGoalDeps {
  readonly ledger: Ledger;
  readonly endGoal: EndGoal;
  /** Rejects only with what the queue should try again. */
  readonly askSynthesiser: (request: SynthesisRequest, signal: AbortSignal) => Promise<Synthesised>;
}

const lost = 'Its job left the queue without an outcome: somebody drained or removed it.';

const cutOff = {
  type: 'output_truncated',
  message:
    'The answer is cut off: it reached the most tokens that an answer may have. Its tasks have the rest.',
};

/** Null when the goal is not of this rev or has ended. */
async function open(
  ledger: Ledger,
  { goalId, rev }: SynthesisJob,
): Promise<{ facts: GoalFacts; results: TaskResult[] } | null> {
  const facts = await readGoalFacts(ledger, goalId);
  if (!facts?.plan || facts.rev !== rev || isTerminal(facts.status)) return null;
  const step = { from: ['running'], to: 'synthesizing', event: 'goal.synthesizing' } as const;
  const [advance, results] = await Promise.all([
    advanceGoal(ledger, goalId, step),
    readTaskResults(ledger, goalId, facts.plan),
  ]);
  return advance === 'refused' ? null : { facts, results };
}

/** Puts the goal's answer together and ends it; may be run again at any point of it. */
export async function synthesiseGoal(
  deps: SynthesiseGoalDeps,
  job: SynthesisJob,
  signal: AbortSignal,
): Promise<void> {
  const { ledger } = deps;
  const opened = await open(ledger, job);
  if (!opened) return;
  const { facts, results } = opened;
  const end = (how: Omit<GoalEnd, 'rev' | 'openTasks'>): Promise<unknown> =>
    deps.endGoal(job.goalId, { ...how, rev: job.rev, openTasks: { status: 'cancelled', reason: lost } });

  const { status, missing } = terminalStatusOf(
    results.map(({ task, outcome }) => ({
      taskId: task.id,
      status: outcome?.status ?? 'cancelled',
      errors: outcome?.errors ?? [lost],
    })),
  );
  if (status === 'failed') {
    const message = 'No task gave a result, so there is nothing to answer with. See the errors of its tasks.';
    await end({ status, missing, error: { type: 'no_result', message } });
    return;
  }
  const stream = openOutputStream((event) => appendEvents(ledger, job.goalId, job.rev, [event]));
  const answer = await deps.askSynthesiser(
    { ...job, brief: facts, recipe: facts.recipe, results, onText: stream.write, onLost: stream.restart },
    signal,
  );
  await stream.end();
  if (answer.kind === 'failed') await end({ status: 'failed', missing, error: answer.error });
  else if (answer.isCutOff) {
    await end({ status: 'partially_succeeded', missing, output: answer.text, error: cutOff });
  } else await end({ status, missing, output: answer.text });
}
