import type { GoalEvent } from '../contract/event.ts';
import { goalEndings, taskEndings } from '../endings.ts';
import { durationText } from './quantities.ts';
import { errorIn, errorsIn, missingIn, numberIn, tasksIn, textIn, textsIn, usageIn } from './event-data.ts';
import type { GoalProgress, TaskProgress } from './goal-progress.ts';

/** The view after one more event; an event of a kind not known here changes nothing. */
export function applyEvent(progress: GoalProgress, { event, data }: GoalEvent): GoalProgress {
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
    case 'goal.replanned':
      return { ...progress, tasks: plannedTasks(progress, tasksIn(data)) };
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
      }));
    case 'task.progress':
      return change(() => ({ note: textIn(data, 'message') }));
    case 'task.retrying':
      return change(() => ({ note: retryNote(textIn(data, 'reason'), numberIn(data, 'delayMs')) }));
    case 'task.reviewed':
      return progress;
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
      return progress;
    default:
      return newerEvent(event, progress);
  }
}

function newerEvent(_event: never, progress: GoalProgress): GoalProgress {
  return progress;
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
    tasks: progress.tasks.map((task) => (again.has(task.id) ? { ...task, ...untouched } : task)),
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

const untouched: Omit<TaskProgress, 'id' | 'worker' | 'dependencies'> = {
  status: 'pending',
  attempts: 0,
  startedAt: null,
  finishedAt: null,
  usage: null,
  errors: [],
  note: null,
};

function retryNote(reason: string | null, delayMs: number | null): string {
  const when = delayMs === null ? 'tries again' : `tries again in ${durationText(delayMs)}`;
  return reason === null ? when : `${when}: ${reason}`;
}
