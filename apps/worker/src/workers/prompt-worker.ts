import { taskPrompt } from '@baton/plan/prompts/task-prompt';
import type { PromptWorkerType } from '@baton/plan/worker-type';
import { defineWorker, partial, type Worker } from '../define-worker.ts';

/** A worker that is a prompt and one model call. */
export function promptWorker(definition: PromptWorkerType): Worker {
  const { type, description, bestFor, notFor, tier } = definition;
  return defineWorker({
    type,
    description,
    bestFor,
    notFor,
    tier,
    async run(task, { goal, dependencies, model }) {
      const { system, user } = taskPrompt({
        ...goal,
        workerType: definition,
        task,
        dependencies,
      });
      const { text, truncated } = await model.text({
        system,
        prompt: user,
      });
      return truncated
        ? partial(text, 'The answer was cut off at the most tokens that a task may use.')
        : text;
    },
  });
}
