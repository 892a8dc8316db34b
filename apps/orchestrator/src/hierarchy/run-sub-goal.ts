/**
 * A task that is handed on as a goal of its own, from its queue to its one outcome.
 *
 * Invariants:
 * 1. A task has one sub-goal: the script that makes it writes its id where the next look finds it. Every run from then on only looks
 *    after that one, and takes no lease: nothing it does costs anything twice.
 * 2. A job does not stand and wait. It puts itself back, is woken when the sub-goal ends, and looks by itself, less and less often, should
 *    nobody wake it: an end that comes while it is still putting itself back wakes nobody.
 * 3. The outcome is recorded from a sub-goal that has ended, and the sub-goal stays ended while the task has none: only the first look
 *    of a later run of the goal sets it going again, once.
 * 4. The sub-goal's job in the goals queue is added until its flow is known to be whole; adding it again changes nothing.
 * 5. A sub-goal is open only below an open goal whose task has no outcome. Where the two cross, the end of the goal passes itself on,
 *    and the watchdog ends what is left; no call begins meanwhile.
 */
import type { Recipe } from '@baton/plan/recipes';
import { orchestrator } from '@baton/plan/worker-types/orchestrator';
import type { TaskJob } from '@baton/shared/contract/queues';
import { unworked, type Outcome } from '@baton/shared/contract/task-outcome';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import { readGoalFacts, readGoalProgress, startNextRev } from '@baton/shared/ledger/goal-record';
import { abandonLease, MOST_DEATHS, type Lease } from '@baton/shared/ledger/lease';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { attendSubGoal, createSubGoal, retrySubGoal, subGoalOf } from '@baton/shared/ledger/sub-goals';
import { decide, type QueueRecord } from '@baton/shared/ledger/task-decision';
import { recordOutcome, startTask, type TaskStart } from '@baton/shared/ledger/task-record';
import { readTaskSpec, readTaskSpecs } from '@baton/shared/ledger/task-results';
import { JobAborted, NotYet } from '@baton/shared/queue/job-worker';
import type { Metrics } from '@baton/shared/telemetry/metrics';
import { readCarrier } from '@baton/shared/telemetry/trace-carrier';
import { inSpan, inTrace } from '@baton/shared/telemetry/tracing';
import type { NoteSubGoal } from '../forecast/note-sub-goal.ts';
import type { GoalsQueue } from '../flows/goals-queue.ts';
import { newGoalId } from '../flows/new-goal-id.ts';
import { draftSubGoal, type Draft } from './sub-goal-draft.ts';
import { subGoalOutcome } from './sub-goal-outcome.ts';

/** ms. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;

/** ms until a job looks again that nobody woke. @param looks those that it has had, this one included. */
function waitAfter(looks: number): number {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.max(0, looks - 1));
}

export interface RunSubGoalDeps {
  readonly ledger: Ledger;
  readonly queue: Pick<GoalsQueue, 'add'>;
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly contextTokens: number;
  readonly metrics: Pick<Metrics, 'goalsAccepted' | 'tasksEnded'>;
  readonly note: NoteSubGoal;
}

export interface SubGoalRun {
  readonly task: TaskJob;
  /** The job's own, by which it is woken. */
  readonly jobId: string;
  /** Times that it has been taken up. */
  readonly looks: number;
  /** The queue's own record of the jobs that this one waited for. */
  readonly queueRecord: () => Promise<QueueRecord>;
}

/** What BullMQ keeps as the job's value. */
export interface SubGoalReturn {
  readonly taskId: string;
  readonly status: Outcome['status'] | 'stale';
  /** Where it was handed on to, for those who look at the job. */
  readonly subGoal?: string;
}

type Started = Extract<TaskStart, { kind: 'started' | 'unready' | 'spent' }>;

const spent = unworked(
  'failed',
  `The orchestrator process died each of the ${MOST_DEATHS} times that this task was handed on, so it is not started again.`,
);

/** Resolves to null when the task has no sub-goal any more; throws {@link NotYet} while it goes on. */
async function attend(
  deps: RunSubGoalDeps,
  { task, jobId, looks }: SubGoalRun,
  subGoal: string,
): Promise<SubGoalReturn | null> {
  const { ledger } = deps;
  const { taskId } = task;
  const seen = await attendSubGoal(ledger, task, subGoal, { jobId, message: 'Its own goal goes on.' });
  if (seen.kind === 'gone') return null;
  if (seen.kind === 'stale') return { taskId, status: 'stale' };
  if (seen.kind === 'settled') return { taskId, status: seen.outcome.status, subGoal };
  if (seen.kind === 'ended') {
    const outcome = await subGoalOutcome(ledger, subGoal);
    if (!outcome) return null;
    const ended = await record(deps, task, seen.lease, outcome);
    // One that was retried has been at work and at rest by turns.
    if (ended.status !== 'stale' && seen.retries === 0) await note(deps, task, outcome, seen.createdAt);
    return { ...ended, subGoal };
  }
  const retries = seen.kind === 'retry' ? await retrySubGoal(ledger, subGoal, seen.retries) : seen.retries;
  if (seen.kind === 'retry') failpoint('subgoal.retried');
  if (retries !== null && (seen.kind === 'retry' || !seen.isUnderWay)) await enqueue(deps, subGoal, retries);
  throw new NotYet(waitAfter(looks), { onlyLooked: seen.kind === 'open' });
}

async function enqueue({ ledger, queue }: RunSubGoalDeps, subGoal: string, retries: number): Promise<void> {
  const progress = await readGoalProgress(ledger, subGoal);
  if (!progress) return;
  const { priority, acceptedAt, trace } = progress;
  await inTrace(readCarrier(trace), () =>
    queue.add('plan', { goalId: subGoal, retries }, { priority, acceptedAt }),
  );
  failpoint('subgoal.queued');
}

/** What it took is only of use, and never worth failing for. */
async function note(
  { ledger, note: noteSubGoal }: RunSubGoalDeps,
  { goalId, taskId }: TaskJob,
  outcome: Outcome,
  createdAt: number,
): Promise<void> {
  const spec = await readTaskSpec(ledger, goalId, taskId).catch(() => null);
  if (spec) await noteSubGoal(goalId, spec, outcome, Date.now() - createdAt).catch(() => undefined);
}

async function record(
  { ledger, metrics }: RunSubGoalDeps,
  task: TaskJob,
  lease: Lease,
  outcome: Outcome,
): Promise<SubGoalReturn> {
  const { taskId } = task;
  const spec = await readTaskSpec(ledger, task.goalId, taskId);
  const recorded = await recordOutcome(ledger, task, lease, outcome, spec?.dependents ?? []);
  failpoint('subgoal.recorded');
  if (recorded === 'taken_over') throw new JobAborted('lock_lost');
  if (recorded !== 'recorded') return { taskId, status: 'stale' };
  metrics.tasksEnded.inc({ worker_type: orchestrator.type, outcome: outcome.status });
  return { taskId, status: outcome.status };
}

async function draft(
  deps: RunSubGoalDeps,
  { goalId }: TaskJob,
  start: Started,
  queue: QueueRecord,
): Promise<Draft | null> {
  if (start.kind === 'spent') return { kind: 'end', outcome: spent };
  const decision = decide(start.dependencies, queue);
  if (decision.kind === 'end') return decision;
  const facts = await readGoalFacts(deps.ledger, goalId);
  if (!facts?.plan) return null;
  const { task } = start;
  const source = start.dependencies.find(({ taskId }) => taskId === task.forEach);
  return draftSubGoal({
    goal: facts,
    tasks: await readTaskSpecs(deps.ledger, goalId, facts.plan.taskIds),
    task,
    dependencies: decision.dependencies,
    listMetadata: source?.outcome?.metadata ?? {},
    recipeTypes: (facts.recipe === null ? null : deps.recipes.get(facts.recipe)?.workerTypes) ?? null,
    contextTokens: deps.contextTokens,
  });
}

/** Hands the task on, or ends it where that can't be; throws {@link NotYet} once it is handed on. */
async function begin(
  deps: RunSubGoalDeps,
  { task, jobId, looks, queueRecord }: SubGoalRun,
): Promise<SubGoalReturn> {
  const { ledger } = deps;
  const { goalId, taskId } = task;
  const start = await startTask(ledger, task);
  if (start.kind === 'stale') return { taskId, status: 'stale' };
  if (start.kind === 'settled') return { taskId, status: start.outcome.status };
  failpoint('subgoal.started');
  let isLetGo = false;
  try {
    const queue = await queueRecord();
    if (start.kind === 'unready' && queue.complete) {
      await startNextRev(ledger, goalId, task.rev);
      return { taskId, status: 'stale' };
    }
    const drafted = await draft(deps, task, start, queue);
    if (!drafted) return { taskId, status: 'stale' };
    if (drafted.kind === 'end') {
      const ended = await record(deps, task, start.lease, drafted.outcome);
      isLetGo = ended.status !== 'stale';
      return ended;
    }
    const sub = { ...drafted.sub, goalId: newGoalId() };
    const made = await inSpan(
      'accept goal',
      { kind: 'producer', attributes: { 'baton.goal.id': sub.goalId, 'baton.goal.parent': goalId } },
      () => createSubGoal(ledger, task, start.lease, sub, { jobId, message: drafted.message }),
    );
    failpoint('subgoal.created');
    isLetGo = made.kind === 'created';
    if (made.kind === 'stale') return { taskId, status: 'stale' };
    if (made.kind !== 'created') throw new JobAborted('lock_lost');
    deps.metrics.goalsAccepted.inc();
    // Should this fail, the next look adds it.
    await enqueue(deps, sub.goalId, 0).catch(() => undefined);
    throw new NotYet(waitAfter(looks));
  } finally {
    if (!isLetGo) await abandonLease(ledger, goalId, start.lease);
  }
}

/** May be run again at any point of it, and beside a twin. */
export async function runSubGoal(deps: RunSubGoalDeps, run: SubGoalRun): Promise<SubGoalReturn> {
  failpoint('subgoal.taken');
  const known = await subGoalOf(deps.ledger, run.task);
  const attended = known === null ? null : await attend(deps, run, known);
  return attended ?? begin(deps, run);
}
