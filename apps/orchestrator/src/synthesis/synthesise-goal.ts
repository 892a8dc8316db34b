import { terminalStatusOf } from '@baton/plan/task-readiness';
import { isTerminal } from '@baton/shared/contract/goal-status';
import type { SynthesisJob } from '@baton/shared/contract/queues';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import { appendEvents } from '@baton/shared/ledger/event-log';
import type { GoalEnd } from '@baton/shared/ledger/goal-end';
import { advanceGoal, readGoalFacts, type Advance, type GoalFacts } from '@baton/shared/ledger/goal-record';
import { readTaskResults, type TaskResult } from '@baton/shared/ledger/goal-view';
import { MOST_DEATHS, releaseLease, SYNTHESIS, type Lease } from '@baton/shared/ledger/lease';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { EndGoal } from '../flows/end-goal.ts';
import { letGo } from '../flows/let-go.ts';
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

const spent = {
  type: 'synthesis_died',
  message: `The orchestrator process died each of the ${MOST_DEATHS} times that the answer was being put together, so it is not tried again. The tasks have their outputs.`,
};

interface Opened {
  readonly facts: GoalFacts;
  readonly results: Promise<readonly TaskResult[]>;
  readonly advance: Exclude<Advance, { kind: 'refused' }>;
}

/** Null when the goal is not of this rev or has ended. */
async function open(ledger: Ledger, { goalId, rev }: SynthesisJob): Promise<Opened | null> {
  const facts = await readGoalFacts(ledger, goalId);
  if (!facts?.plan || facts.rev !== rev || isTerminal(facts.status)) return null;
  const step = {
    from: ['running'],
    rev,
    to: 'synthesizing',
    event: 'goal.synthesizing',
    place: SYNTHESIS,
  } as const;
  const results = readTaskResults(ledger, goalId, facts.plan);
  // They are awaited where the lease is let go of, should they fail.
  results.catch(() => undefined);
  const advance = await advanceGoal(ledger, goalId, step);
  return advance.kind === 'refused' ? null : { facts, results, advance };
}

type Ending = Omit<GoalEnd, 'rev' | 'openTasks' | 'lease'>;

/** How the goal ends: by its tasks alone, or with the answer that the model makes of them. */
async function endingOf(
  deps: SynthesiseGoalDeps,
  { goalId, rev }: SynthesisJob,
  opened: Opened,
  { lease, retries }: { readonly lease: Lease; readonly retries: number },
  signal: AbortSignal,
): Promise<Ending> {
  const { facts } = opened;
  const results = await opened.results;
  const { status, missing } = terminalStatusOf(
    results.map(({ task, outcome }) => ({
      taskId: task.id,
      status: outcome?.status ?? 'cancelled',
      errors: outcome?.errors ?? [lost],
    })),
  );
  if (status === 'failed') {
    const message = 'No task gave a result, so there is nothing to answer with. See the errors of its tasks.';
    return { status, missing, error: { type: 'no_result', message } };
  }
  const stream = openOutputStream((event) => appendEvents(deps.ledger, goalId, rev, [event]));
  const answer = await deps.askSynthesiser(
    {
      goalId,
      lease,
      retries,
      brief: facts,
      recipe: facts.recipe,
      results,
      onText: stream.write,
      onLost: stream.restart,
    },
    signal,
  );
  await stream.end();
  if (answer.kind === 'failed') return { status: 'failed', missing, error: answer.error };
  if (!answer.isCutOff) return { status, missing, output: answer.text };
  return { status: 'partially_succeeded', missing, output: answer.text, error: cutOff };
}

/** Puts the goal's answer together and ends it; may be run again at any point of it. */
export async function synthesiseGoal(
  deps: SynthesiseGoalDeps,
  job: SynthesisJob,
  signal: AbortSignal,
): Promise<void> {
  failpoint('synthesis.taken');
  const opened = await open(deps.ledger, job);
  if (!opened) return;
  failpoint('synthesis.marked');
  const { advance } = opened;
  const how = { rev: job.rev, openTasks: { status: 'cancelled', reason: lost } } as const;
  if (advance.kind === 'spent') {
    await deps.endGoal(job.goalId, { ...how, status: 'failed', lease: null, error: spent });
    return;
  }
  const { lease } = advance;
  try {
    const ending = await endingOf(deps, job, opened, advance, signal);
    failpoint('synthesis.decided');
    if (await deps.endGoal(job.goalId, { ...how, ...ending, lease })) return;
  } catch (error) {
    await releaseLease(deps.ledger, job.goalId, lease).catch(() => undefined);
    throw error;
  }
  await letGo(deps.ledger, job.goalId, job.rev, lease);
}
