import type { Goal, GoalError, Missing, PlanCache, SubGoal, TaskView } from '../contract/goal.ts';
import type { GoalStatus } from '../contract/goal-status.ts';
import type { Review } from '../contract/review.ts';
import type { TaskStatus, Usage } from '../contract/task-outcome.ts';

/** Times are in ms since the epoch, by the server's clock. */
export interface TaskProgress {
  readonly id: string;
  readonly worker: string;
  readonly dependencies: readonly string[];
  readonly status: TaskStatus;
  /** Times a worker has started it. */
  readonly attempts: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Null until the task has ended. */
  readonly usage: Usage | null;
  readonly errors: readonly string[];
  /** Of each version of its output. */
  readonly reviews: readonly Review[];
  /** What it said last of its work. */
  readonly note: string | null;
  /** That models have written for it since it was last started; null until they write for long, and once it has ended. */
  readonly outputCharacters: number | null;
  /** The goal that it was handed on as. */
  readonly subGoal: GoalProgress | null;
}

/** What a view shows of a goal. */
export interface GoalProgress {
  readonly id: string;
  /** Empty for a goal within a goal. */
  readonly goal: string;
  readonly status: GoalStatus;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  /** In the plan's order. */
  readonly tasks: readonly TaskProgress[];
  /** Characters of the answer written so far. */
  readonly answerLength: number;
  /** Of the whole goal, known once the goal itself was read after its end; null before. */
  readonly usage: Usage | null;
  readonly simulated: boolean;
  readonly error: GoalError | null;
  readonly missing: readonly Missing[];
  /** Of each version of the answer. */
  readonly reviews: readonly Review[];
  /** Why it ends before all its tasks have. */
  readonly finishedEarly: string | null;
  /** Times that its plan was changed. */
  readonly replans: number;
  readonly planCache: PlanCache | null;
}

/** The view of a goal whose events are about to be read. */
export function beginProgress({
  id,
  goal,
  createdAt,
}: Pick<Goal, 'id' | 'goal' | 'createdAt'>): GoalProgress {
  return { ...nothingYet, id, goal, createdAt: Date.parse(createdAt) };
}

/** The view of a goal within a goal, of which nothing but its id is known. */
export function beginSubGoal(id: string, createdAt: number): GoalProgress {
  return { ...nothingYet, id, goal: '', createdAt };
}

const nothingYet: Omit<GoalProgress, 'id' | 'goal' | 'createdAt'> = {
  status: 'accepted',
  finishedAt: null,
  tasks: [],
  answerLength: 0,
  usage: null,
  simulated: false,
  error: null,
  missing: [],
  reviews: [],
  finishedEarly: null,
  replans: 0,
  planCache: null,
};

function ms(moment: string | null): number | null {
  return moment === null ? null : Date.parse(moment);
}

/**
 * The view of a goal as it was read, which knows what events do not tell: the goal's own calls, and who answered.
 * @param before the view that its events gave, where there was one: a goal does not say what tasks of goals within it wait for
 */
export function progressOf(goal: Goal, before: GoalProgress | null = null): GoalProgress {
  const dependencies = new Map(goal.plan?.tasks.map((task) => [task.id, task.dependencies]));
  const known = tasksById(before);
  return {
    ...beginProgress(goal),
    status: goal.status,
    finishedAt: ms(goal.finishedAt),
    tasks: goal.tasks.map((task) => taskProgressOf(task, dependencies.get(task.id), known.get(task.id))),
    answerLength: goal.output?.length ?? 0,
    usage: goal.usage,
    simulated: goal.simulated,
    error: goal.error,
    missing: goal.missing,
    reviews: goal.reviews,
    finishedEarly: goal.finishedEarly,
    replans: goal.replans,
    planCache: goal.planCache,
  };
}

function taskProgressOf(
  task: TaskView,
  dependencies: readonly string[] | undefined,
  before: TaskProgress | undefined,
): TaskProgress {
  const startedAt = ms(task.startedAt);
  return {
    id: task.id,
    worker: task.worker,
    dependencies: dependencies ?? before?.dependencies ?? [],
    status: task.status,
    attempts: task.attempts,
    startedAt,
    finishedAt: ms(task.finishedAt),
    usage: task.usage,
    errors: task.errors,
    reviews: task.reviews,
    note: null,
    outputCharacters: null,
    subGoal: task.subGoal && subGoalOf(task.subGoal, startedAt ?? 0, before?.subGoal ?? null),
  };
}

function subGoalOf({ id, status, tasks }: SubGoal, createdAt: number, before: GoalProgress | null) {
  const known = tasksById(before);
  return {
    ...beginSubGoal(id, before?.createdAt ?? createdAt),
    status,
    tasks: tasks.map((task) => taskProgressOf(task, undefined, known.get(task.id))),
  };
}

function tasksById(progress: GoalProgress | null): ReadonlyMap<string, TaskProgress> {
  return new Map(progress?.tasks.map((task) => [task.id, task]));
}
