import type { Prompt } from './prompt.ts';

/** The task that a prompt is about, worked on or judged, and the worker type that does it. */
export function taskOf(prompt: Prompt): { readonly task: string | null; readonly worker: string | null } {
  if (prompt.role === 'task') return { task: prompt.task, worker: prompt.worker };
  if (prompt.role === 'judge' && prompt.task !== null) {
    return { task: prompt.task.id, worker: prompt.task.worker };
  }
  return { task: null, worker: null };
}
