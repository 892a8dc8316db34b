import { defineWorker, partial, type Worker } from '../define-worker.ts';
import type { WorkerData } from './worker-data.ts';

/** A worker that is a prompt and one model call. */
export function promptWorker(definition: WorkerData): Worker {
  const { type, description, bestFor, notFor, tier, system, output, timeout, concurrency } = definition;
  const about = {
    type,
    description,
    bestFor,
    notFor,
    tier,
    ...(timeout !== undefined && { timeout }),
    ...(concurrency !== undefined && { concurrency }),
  };
  if (output) {
    return defineWorker({
      ...about,
      output,
      run: (_task, { model, prompt }) => model.object({ ...prompt(system), schema: output }),
    });
  }
  return defineWorker({
    ...about,
    async run(_task, { model, prompt }) {
      const { text, truncated } = await model.text(prompt(system));
      return truncated
        ? partial(text, 'The answer was cut off at the most tokens that a task may use.')
        : text;
    },
  });
}
