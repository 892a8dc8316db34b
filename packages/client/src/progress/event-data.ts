import type { GoalError, Missing } from '../contract/goal.ts';
import type { Usage } from '../contract/task-outcome.ts';

/**
 * What events carry besides the goal, the time and the task. A newer or older server may say more or less: what is not
 * there or not as expected reads as nothing.
 */
export type EventData = Readonly<Record<string, unknown>>;

export interface PlannedTask {
  readonly id: string;
  readonly worker: string;
  readonly dependencies: readonly string[];
}

function isRecord(value: unknown): value is EventData {
  return typeof value === 'object' && value !== null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): string[] {
  return list(value).filter((item) => typeof item === 'string');
}

export function textIn(data: EventData, name: string): string | null {
  const value = data[name];
  return typeof value === 'string' ? value : null;
}

export function textsIn(data: EventData, name: string): string[] {
  return texts(data[name]);
}

/** Tasks, each named by its id or given as a whole. */
export function idsIn(data: EventData, name: string): string[] {
  return list(data[name]).flatMap((item) => {
    const id = isRecord(item) ? textIn(item, 'id') : item;
    return typeof id === 'string' ? [id] : [];
  });
}

export function numberIn(data: EventData, name: string): number | null {
  const value = data[name];
  return typeof value === 'number' ? value : null;
}

/** `goal.planned`. */
export function tasksIn(data: EventData): PlannedTask[] {
  return list(data['tasks']).flatMap((task) => {
    const id = isRecord(task) ? textIn(task, 'id') : null;
    if (!isRecord(task) || id === null) return [];
    return [{ id, worker: textIn(task, 'worker') ?? '', dependencies: texts(task['dependencies']) }];
  });
}

/** `task.progress` of a task that was handed on as a goal of its own: that goal's id. */
export function subGoalIn(data: EventData): string | null {
  return textIn(data, 'subGoal');
}

/** How a task ended. */
export function errorsIn(data: EventData): string[] {
  return texts(data['errors']);
}

export function usageIn(data: EventData): Usage | null {
  const usage = data['usage'];
  if (!isRecord(usage)) return null;
  const count = (name: string): number => numberIn(usage, name) ?? 0;
  return {
    calls: count('calls'),
    possiblyRepeatedCalls: count('possiblyRepeatedCalls'),
    inputTokens: count('inputTokens'),
    outputTokens: count('outputTokens'),
    cacheReadTokens: count('cacheReadTokens'),
    cacheWriteTokens: count('cacheWriteTokens'),
    webSearches: count('webSearches'),
    costUsd: numberIn(usage, 'costUsd'),
    savedUsd: usage['savedUsd'] === undefined ? 0 : numberIn(usage, 'savedUsd'),
  };
}

/** How a goal ended. */
export function errorIn(data: EventData): GoalError | null {
  const error = data['error'];
  if (!isRecord(error)) return null;
  return { type: textIn(error, 'type') ?? '', message: textIn(error, 'message') ?? '' };
}

export function missingIn(data: EventData): Missing[] {
  return list(data['missing']).flatMap((item) =>
    isRecord(item) ? [{ taskId: textIn(item, 'taskId') ?? '', reason: textIn(item, 'reason') ?? '' }] : [],
  );
}
