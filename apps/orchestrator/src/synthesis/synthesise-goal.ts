import { citationsIn } from '@baton/plan/citations';
import { isUsable, terminalStatusOf, type GoalVerdict } from '@baton/plan/task-readiness';
import { isTerminal } from '@baton/shared/contract/goal-status';
import type { SynthesisJob } from '@baton/shared/contract/queues';
import { shortBudgetOf } from '@baton/shared/contract/budget-skip';
import type { GoalError } from '@baton/shared/contract/goal';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import { appendEvents } from '@baton/shared/ledger/event-log';
import type { GoalEnd } from '@baton/shared/ledger/goal-end';
import { advanceGoal, readGoalFacts, type Advance, type GoalFacts } from '@baton/shared/ledger/goal-record';
import { tellAnswerReview } from '@baton/shared/ledger/task-record';
import { readTaskResults, type TaskResult } from '@baton/shared/ledger/task-results';
import { rolePurpose } from '@baton/shared/ledger/goal-purpose';
import { abandonLease, MOST_DEATHS, SYNTHESIS, type Lease } from '@baton/shared/ledger/lease';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { CallPurpose } from '@baton/shared/model/call-purpose';
import { roomOfAnswer } from '@baton/shared/ledger/run-budget';
import { BUDGET_EXHAUSTED } from '@baton/shared/model/budget-exceeded';
import type { EndGoal } from '../flows/end-goal.ts';
import { letGo } from '../flows/let-go.ts';
import type { Answer, Synthesised, SynthesisRequest } from './ask-synthesiser.ts';
import { openHeldStream, openOutputStream } from './output-stream.ts';
import { isUnneeded } from './told-outcomes.ts';
import { unwrittenAnswer } from './unwritten-answer.ts';

export interface SynthesiseGoalDeps {
  readonly ledger: Ledger;
  readonly endGoal: EndGoal;
  /** Rejects only with what the queue should try again. */
  readonly askSynthesiser: (request: SynthesisRequest, signal: AbortSignal) => Promise<Synthesised>;
  /** Asked before the answer is put together: true when the goal goes on with another plan, as its next rev. */
  readonly replan: (
    job: SynthesisJob,
    facts: GoalFacts,
    results: readonly TaskResult[],
    signal: AbortSignal,
    waking?: CallPurpose['job'],
  ) => Promise<boolean>;
  /** For a job whose rev is over: sees to it that the next one has a flow. */
  readonly takeUpNextRev: (job: SynthesisJob) => Promise<void>;
  /** The answer of a goal that did one task per item of a list: its results in their order, without a model. */
  readonly collect: (results: readonly TaskResult[]) => string;
}

const lost = 'Its job left the queue without an outcome: somebody drained or removed it.';

const noResult = {
  type: 'no_result',
  message: 'No task gave a result, so there is nothing to answer with. See the errors of its tasks.',
};

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
  readonly results: readonly TaskResult[];
  readonly advance: Exclude<Advance, { kind: 'refused' }>;
}

/** Null when the goal is not of this rev, has ended, or goes on with another plan. */
async function open(
  deps: SynthesiseGoalDeps,
  job: SynthesisJob,
  signal: AbortSignal,
  waking: CallPurpose['job'],
): Promise<Opened | null> {
  const { goalId, rev } = job;
  const facts = await readGoalFacts(deps.ledger, goalId);
  if (!facts?.plan || isTerminal(facts.status)) return null;
  if (facts.rev !== rev) {
    await deps.takeUpNextRev(job);
    return null;
  }
  const results = await readTaskResults(deps.ledger, goalId, facts.plan);
  // One that is being put together has been asked about.
  if (facts.status === 'running' && (await deps.replan(job, facts, results, signal, waking))) return null;
  const advance = await advanceGoal(deps.ledger, goalId, {
    from: ['running'],
    rev,
    to: 'synthesizing',
    event: 'goal.synthesizing',
    place: SYNTHESIS,
  });
  return advance.kind === 'refused' ? null : { facts, results, advance };
}

function budgetError(message: string): GoalError {
  return { type: BUDGET_EXHAUSTED, message };
}

const nothingPaid =
  'No task gave a result before the budget was used up, so there is nothing to answer with.';

/** What a goal says of the tasks for which a budget did not reach; null when it did for all. */
function shortOfBudget(results: readonly TaskResult[]): GoalError | null {
  const short = results.filter(({ outcome }) => shortBudgetOf(outcome) !== null);
  if (short.length === 0) return null;
  const tasks = short.length === 1 ? 'one task' : `${short.length} tasks`;
  const [reason = ''] = short[0]?.outcome?.errors ?? [];
  return budgetError(
    `The budget did not reach for ${tasks} of ${results.length}, which the answer does without. ${reason}`.trim(),
  );
}

type Ending = Omit<GoalEnd, 'rev' | 'openTasks' | 'lease'>;

/** A budget comes first: an answer that it left little room for may be cut off, or not pass its review, as well. */
function alsoTelling(short: GoalError, other: GoalError | null | undefined): GoalError {
  return other ? { ...short, message: `${short.message} ${other.message}` } : short;
}

/** What the tasks alone say of the end. */
function verdictOf(results: readonly TaskResult[]): GoalVerdict {
  return terminalStatusOf(
    results.map(({ task, outcome }) => ({
      taskId: task.id,
      status: outcome?.status ?? 'cancelled',
      errors: outcome?.errors ?? [lost],
      isUnneeded: isUnneeded(outcome),
    })),
  );
}

/** How a goal ends whose answer is there. */
function answered(
  { status, missing }: GoalVerdict,
  { text, isCutOff, reviews }: Answer,
  results: readonly TaskResult[],
): Ending {
  // An answer also names tasks to say that they gave nothing.
  const sources = results.filter(({ outcome }) => outcome !== null && isUsable(outcome.status));
  const citations = citationsIn(
    text,
    sources.map(({ task }) => task),
  );
  const end = { missing, output: text, citations, reviews };
  if (isCutOff) return { ...end, status: 'partially_succeeded', error: cutOff };
  const last = reviews.at(-1);
  if (last?.verdict !== 'fail') return { ...end, status };
  const message = `The answer did not pass its review. What the judges still found: ${last.feedback.join(' ')}`;
  return { ...end, status: 'partially_succeeded', error: { type: 'review_failed', message } };
}

/** How the goal ends: by its tasks alone, or with the answer that the model makes of them. */
async function endingOf(
  deps: SynthesiseGoalDeps,
  { goalId, rev }: SynthesisJob,
  { facts, results }: Opened,
  { lease, retries }: { readonly lease: Lease; readonly retries: number },
  signal: AbortSignal,
  waking: CallPurpose['job'],
): Promise<Ending> {
  const verdict = verdictOf(results);
  const { status, missing } = verdict;
  const short = shortOfBudget(results);
  if (status === 'failed')
    return { status, missing, error: short ? { ...short, message: nothingPaid } : noResult };
  const error = short && { error: short };
  if (facts.kind === 'each') return { status, missing, output: deps.collect(results), ...error };
  const isRelaxed = facts.options.latency === 'relaxed';
  const openStream = isRelaxed ? openHeldStream : openOutputStream;
  const stream = openStream((event) => appendEvents(deps.ledger, goalId, rev, [event]));
  const answer = await deps.askSynthesiser(
    {
      goalId,
      lease,
      retries,
      purpose: rolePurpose(SYNTHESIS, facts, waking),
      brief: facts,
      recipe: facts.recipe,
      options: facts.options,
      finishedEarly: facts.finishedEarly,
      results,
      room: await roomOfAnswer(deps.ledger, goalId, rev),
      onText: stream.write,
      onLost: stream.restart,
      async onReview(review) {
        if (!isRelaxed) await stream.end();
        await tellAnswerReview(deps.ledger, { goalId, rev }, review);
      },
    },
    signal,
  );
  if (answer.kind === 'unaffordable') {
    const output = unwrittenAnswer(results);
    stream.restart();
    stream.write(output);
    await stream.end();
    const unwritten = { text: output, isCutOff: false, reviews: [] } as const;
    const ending = answered(verdict, { kind: 'answer', ...unwritten }, results);
    return { ...ending, status: 'partially_succeeded', error: budgetError(answer.message) };
  }
  await stream.end();
  if (answer.kind === 'failed') return { status: 'failed', missing, error: answer.error };
  const ending = answered(verdict, answer, results);
  return short ? { ...ending, error: alsoTelling(short, ending.error) } : ending;
}

/**
 * Puts the goal's answer together and ends it; may be run again at any point of it.
 * @param waking the job that does so, to be woken when an answer is there that it doesn't wait for.
 */
export async function synthesiseGoal(
  deps: SynthesiseGoalDeps,
  job: SynthesisJob,
  signal: AbortSignal,
  waking: CallPurpose['job'] = null,
): Promise<void> {
  failpoint('synthesis.taken');
  const opened = await open(deps, job, signal, waking);
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
    const ending = await endingOf(deps, job, opened, advance, signal, waking);
    failpoint('synthesis.decided');
    if (await deps.endGoal(job.goalId, { ...how, ...ending, lease })) return;
  } catch (error) {
    await abandonLease(deps.ledger, job.goalId, lease);
    throw error;
  }
  await letGo(deps.ledger, job.goalId, job.rev, lease);
}
