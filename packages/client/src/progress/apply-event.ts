import type { GoalEvent } from '../contract/event.ts';
import { goalEndings, taskEndings } from '../endings.ts';
import { durationText } from './quantities.ts';
import {
  errorIn,
  errorsIn,
  idsIn,
  missingIn,
  numberIn,
  subGoalIn,
  tasksIn,
  textIn,
  textsIn,
  usageIn,
  type EventData,
} from './event-data.ts';
import { beginSubGoal, type GoalProgress, type TaskProgress } from './goal-progress.ts';
import { reviewIn, withReview } from './review-data.ts';

/** The view after one more event of the goal, or of a goal within it; one of a kind not known here changes nothing. */
export function applyEvent(progress: GoalProgress, event: GoalEvent): GoalProgress {
  return event.data.goalId === progress.id ? applyOwn(progress, event) : applyWithin(progress, event);
}

/** The view after an event of a goal within the goal; of a goal that no task was handed on as: the same view. */
function applyWithin(progress: GoalProgress, event: GoalEvent): GoalProgress {
  let isKnown = false;
  const tasks = progress.tasks.map((task) => {
    if (isKnown || task.subGoal === null) return task;
    const subGoal = applyEvent(task.subGoal, event);
    isKnown = subGoal !== task.subGoal;
    return isKnown ? { ...task, subGoal } : task;
  });
  return isKnown ? { ...progress, tasks } : progress;
}

function applyOwn(progress: GoalProgress, { event, data }: GoalEvent): GoalProgress {
  const at = Date.parse(data.at);
  const change = (changes: (task: TaskProgress) => Partial<TaskProgress>): GoalProgress =>
    changeTask(progress, data.taskId, changes);
  switch (event) {
    case 'goal.accepted':
      return { ...progress, status: 'accepted', createdAt: at };
    case 'goal.planning':
      return { ...progress, status: 'planning' };
    case 'goal.awaiting_approval':
      return { ...progress, status: 'awaiting_approval' };
    case 'goal.running':
      return { ...progress, status: 'running' };
    case 'goal.synthesizing':
      return { ...progress, status: 'synthesizing' };
    case 'goal.planned':
      return { ...progress, tasks: plannedTasks(progress, tasksIn(data)) };
    case 'goal.replanned':
      return replanned(progress, data);
    case 'goal.retried':
      return retried(progress, textsIn(data, 'taskIds'));
    case 'output.delta':
      return {
        ...progress,
        answerLength: (numberIn(data, 'offset') ?? 0) + (textIn(data, 'text')?.length ?? 0),
      };
    case 'task.queued':
      return change(() => ({ status: 'queued' }));
    case 'task.started':
      return change((task) => ({
        status: 'running',
        attempts: numberIn(data, 'attempt') ?? task.attempts + 1,
        startedAt: task.startedAt ?? at,
        note: null,
        outputCharacters: null,
      }));
    case 'task.progress':
      return change((task) => progressed(task, data, at));
    case 'task.retrying':
      return change(() => ({ note: retryNote(textIn(data, 'reason'), numberIn(data, 'delayMs')) }));
    case 'task.reviewed':
      return change(({ reviews }) => ({ reviews: reviewed(reviews, data) }));
    case 'task.succeeded':
    case 'task.partial':
    case 'task.failed':
    case 'task.skipped':
    case 'task.cancelled':
      return change(() => ({
        status: taskEndings[event],
        finishedAt: at,
        usage: usageIn(data),
        errors: errorsIn(data),
        note: null,
        outputCharacters: null,
      }));
    case 'goal.succeeded':
    case 'goal.partially_succeeded':
    case 'goal.failed':
    case 'goal.cancelled':
    case 'goal.expired':
      return {
        ...progress,
        status: goalEndings[event],
        finishedAt: at,
        error: errorIn(data),
        missing: missingIn(data),
      };
    case 'goal.judged':
      return judged(progress, data);
    default:
      return newerEvent(event, progress);
  }
}

/** How much was written leaves in place what the task itself said last. */
function progressed(task: TaskProgress, data: EventData, at: number): Partial<TaskProgress> {
  const outputCharacters = numberIn(data, 'outputCharacters');
  if (outputCharacters !== null) return { outputCharacters };
  return { note: textIn(data, 'message'), subGoal: subGoalOf(task, data, at) };
}

function newerEvent(_event: never, progress: GoalProgress): GoalProgress {
  return progress;
}

function reviewed(reviews: TaskProgress['reviews'], data: EventData): TaskProgress['reviews'] {
  const review = reviewIn(data);
  return review === null ? reviews : withReview(reviews, review);
}

function judged(progress: GoalProgress, data: EventData): GoalProgress {
  if (textIn(data, 'about') !== 'early_finish') {
    return { ...progress, reviews: reviewed(progress.reviews, data) };
  }
  return data['suffices'] === true ? { ...progress, finishedEarly: textIn(data, 'reason') ?? '' } : progress;
}

/** A plan that is changed: what is new, and what was skipped for want of it and runs now, has not begun. */
function replanned(progress: GoalProgress, data: EventData): GoalProgress {
  const fresh = new Set([...idsIn(data, 'replace'), ...idsIn(data, 'taskIds')]);
  const kept = progress.tasks.filter(({ id }) => !fresh.has(id));
  const tasks = plannedTasks({ ...progress, tasks: kept }, tasksIn(data));
  return { ...progress, status: 'running', replans: progress.replans + 1, tasks };
}

/** The goal that the task goes on as: the one it has, unless the event names another. */
function subGoalOf({ subGoal }: TaskProgress, data: EventData, at: number): GoalProgress | null {
  const id = subGoalIn(data);
  return id === null || id === subGoal?.id ? subGoal : beginSubGoal(id, at);
}

/** The view of a goal that goes on after its end: what runs again has not begun. */
function retried(progress: GoalProgress, taskIds: readonly string[]): GoalProgress {
  const again = new Set(taskIds);
  return {
    ...progress,
    status: 'accepted',
    finishedAt: null,
    error: null,
    missing: [],
    answerLength: 0,
    reviews: [],
    finishedEarly: null,
    tasks: progress.tasks.map((task) => (again.has(task.id) ? { ...task, ...begunAgain(task) } : task)),
  };
}

function changeTask(
  progress: GoalProgress,
  taskId: string | undefined,
  changes: (task: TaskProgress) => Partial<TaskProgress>,
): GoalProgress {
  return {
    ...progress,
    tasks: progress.tasks.map((task) => (task.id === taskId ? { ...task, ...changes(task) } : task)),
  };
}

function plannedTasks(progress: GoalProgress, planned: ReturnType<typeof tasksIn>): TaskProgress[] {
  const known = new Map(progress.tasks.map((task) => [task.id, task]));
  return planned.map((task) => ({ ...(known.get(task.id) ?? untouched), ...task }));
}

/** A goal that a task was handed on as is retried with it, and keeps what succeeded. */
function begunAgain({ subGoal }: TaskProgress): Partial<TaskProgress> {
  return { ...untouched, subGoal };
}

const untouched: Omit<TaskProgress, 'id' | 'worker' | 'dependencies'> = {
  status: 'pending',
  attempts: 0,
  startedAt: null,
  finishedAt: null,
  usage: null,
  errors: [],
  reviews: [],
  note: null,
  outputCharacters: null,
  subGoal: null,
};

function retryNote(reason: string | null, delayMs: number | null): string {
  const when = delayMs === null ? 'tries again' : `tries again in ${durationText(delayMs)}`;
  return reason === null ? when : `${when}: ${reason}`;
}
