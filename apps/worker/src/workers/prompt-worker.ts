import { defineWorker, partial, type Worker } from '../define-worker.ts';
import type { WorkerData } from './worker-data.ts';

/** A worker that is a prompt and one call of the model, which may use all the tools that its type has. */
export function promptWorker(definition: WorkerData): Worker {
  const { type, description, bestFor, notFor, tier, system, output, tools, timeout, concurrency } =
    definition;
  const about = {
    type,
    description,
    bestFor,
    notFor,
    tier,
    ...(tools !== undefined && { tools }),
    ...(timeout !== undefined && { timeout }),
    ...(concurrency !== undefined && { concurrency }),
  };
  if (output) {
    return defineWorker({
      ...about,
      output,
      run: (_task, { model, prompt }) => model.object({ ...prompt(system), tools: true, schema: output }),
    });
  }
  return defineWorker({
    ...about,
    async run(_task, { model, prompt }) {
      const { text, truncated } = await model.text({ ...prompt(system), tools: true });
      return truncated
        ? partial(text, 'The answer was cut off at the most tokens that a task may use.')
        : text;
    },
  });
}
