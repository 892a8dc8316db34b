import type { Prompt } from '../answer/prompt.ts';
import type { JsonObject } from '../json.ts';

/** The law that a `bad-plan` fault breaks. */
export type BrokenLaw = 'cycle' | 'unknown-worker' | 'schema';

/** A planner's reply that breaks one law and no other. */
export function unlawfulPlan(law: BrokenLaw, prompt: Prompt): JsonObject {
  const worker = prompt.role === 'planner' ? (prompt.workers[0]?.name ?? 'researcher') : 'researcher';
  const tasks: Readonly<Record<BrokenLaw, readonly JsonObject[]>> = {
    cycle: [task('first', worker, ['second']), task('second', worker, ['first'])],
    'unknown-worker': [task('first', 'no-such-worker', [])],
    schema: [{ id: 'first', steps: 'not a task' }],
  };
  return { mode: 'plan', analysis: `Simulated plan with a fault: ${law}.`, answer: null, tasks: tasks[law] };
}

function task(id: string, worker: string, dependencies: readonly string[]): JsonObject {
  const description = `Simulated task ${id}.`;
  return { id, worker, description, requirements: [], dependencies, priority: 'medium', complexity: 'low' };
}
