import type { GoalEvent } from '@baton/shared/contract/event';
import { oneLine } from '../goal/shortened.ts';

/** What a progress notification says. */
export interface Step {
  /** Rises with every step. Its whole part is the number of ended tasks; the answer is one more. */
  readonly progress: number;
  /** Tasks and the answer, once there is a plan. */
  readonly total?: number;
  readonly message: string;
}

const MESSAGE_LIMIT = 200;

const taskEndings: Readonly<Partial<Record<GoalEvent['event'], string>>> = {
  'task.succeeded': 'succeeded',
  'task.partial': 'succeeded in part',
  'task.failed': 'failed',
  'task.skipped': 'was skipped',
  'task.cancelled': 'was cancelled',
};
const goalEndings: ReadonlySet<string> = new Set([
  'goal.succeeded',
  'goal.partially_succeeded',
  'goal.failed',
  'goal.cancelled',
  'goal.expired',
]);
const goalPhases: Readonly<Partial<Record<GoalEvent['event'], string>>> = {
  'goal.accepted': 'accepted',
  'goal.planning': 'planning',
  'goal.awaiting_approval': 'the plan waits for somebody to approve it',
  'goal.running': 'running',
  'goal.retried': 'runs again',
  'goal.synthesizing': 'putting the answer together',
};

/** Turns a goal's events, in order, into steps; null for an event that tells a waiting caller nothing. */
export function goalSteps(): (event: GoalEvent) => Step | null {
  let taskCount: number | null = null;
  const ended = new Set<string>();
  let whole = 0;
  let since = 0;

  function step(message: string, reached: number): Step {
    since = reached > whole ? 0 : since + 1;
    whole = Math.max(whole, reached);
    return {
      progress: whole + since / (since + 1),
      ...(taskCount !== null && { total: taskCount + 1 }),
      message: oneLine(message, MESSAGE_LIMIT),
    };
  }

  return ({ event, data }) => {
    const { taskId = '' } = data;
    if (event === 'goal.judged') return step(judgedText(data), whole);
    if (event === 'goal.planned' || event === 'goal.replanned') {
      const ids = plannedIds(data['tasks']);
      taskCount = ids.length;
      const verb = event === 'goal.planned' ? 'planned' : 'plan changed';
      return step(ids.length === 0 ? `${verb}: no tasks are needed` : `${verb}: ${ids.join(', ')}`, whole);
    }
    const ending = taskEndings[event];
    if (ending !== undefined) {
      ended.add(taskId);
      const count = taskCount === null ? '' : ` (${ended.size} of ${taskCount} tasks ended)`;
      return step(`${taskId} ${ending}${count}`, ended.size);
    }
    if (goalEndings.has(event)) {
      const name = event.slice('goal.'.length).replaceAll('_', ' ');
      return step(name, taskCount === null ? whole : taskCount + 1);
    }
    if (event === 'goal.retried' && Array.isArray(data['taskIds'])) {
      for (const id of data['taskIds'] as unknown[]) ended.delete(String(id));
    }
    const phase = goalPhases[event];
    if (phase !== undefined) return step(phase, whole);
    const message = taskMessage(event, data);
    return message === null ? null : step(`${taskId} ${message}`, whole);
  };
}

function plannedIds(tasks: unknown): string[] {
  if (!Array.isArray(tasks)) return [];
  return tasks.flatMap((task: { id?: unknown } | null) => (typeof task?.id === 'string' ? [task.id] : []));
}

function judgedText({ about, verdict, suffices, reason }: GoalEvent['data']): string {
  if (about !== 'early_finish') return `the answer was judged: ${String(verdict)}`;
  const words = suffices === true ? 'what there is suffices' : 'the rest is needed';
  return typeof reason === 'string' ? `${words}: ${reason}` : words;
}

function taskMessage(event: GoalEvent['event'], data: GoalEvent['data']): string | null {
  const { message, reason, verdict, round } = data;
  if (event === 'task.reviewed') return `was judged, round ${String(round)}: ${String(verdict)}`;
  if (event === 'task.started') return 'started';
  if (event === 'task.retrying')
    return typeof reason === 'string' ? `is tried again: ${reason}` : 'is tried again';
  return event === 'task.progress' && typeof message === 'string' ? `goes on: ${message}` : null;
}
