import { builtInWorkerTypes } from '@baton/plan/worker-types/built-in';
import { orchestrator } from '@baton/plan/worker-types/orchestrator';
import { nearestName } from '@baton/plan/nearest-name';
import { SetupError } from '@baton/shared/settings/setup-error';
import type { Worker } from '../define-worker.ts';
import { promptWorker } from './prompt-worker.ts';

class UnfitWorkerTypeError extends SetupError {
  override readonly name = 'UnfitWorkerTypeError';
}

/** Every worker type that this process could run; the user's own replace built-in ones of the same name. Throws for the one that no worker runs. */
export function allWorkers(own: readonly Worker[]): ReadonlyMap<string, Worker> {
  if (own.some(({ type }) => type === orchestrator.type))
    throw new UnfitWorkerTypeError(
      `BATON_WORKERS: "${orchestrator.type}" is the type of tasks that are goals of their own: give your worker type another name.`,
    );
  const workers = [...builtInWorkerTypes.map(promptWorker), ...own];
  return new Map(workers.map((worker) => [worker.type, worker]));
}

/** The worker types that this process is to take; throws when one of the names is not known. */
export function selectWorkers(
  workers: ReadonlyMap<string, Worker>,
  names: readonly string[] | undefined,
): Worker[] {
  if (!names) return [...workers.values()];
  return names.map((name) => {
    if (name === orchestrator.type)
      throw new UnfitWorkerTypeError(
        `WORKER_TYPES: tasks of type "${name}" are goals of their own, which the orchestrator takes: leave it out.`,
      );
    const worker = workers.get(name);
    if (worker) return worker;
    const known = [...workers.keys()];
    const nearest = nearestName(name, known);
    const remedy = nearest === null ? `Known: ${known.join(', ')}.` : `Did you mean ${nearest}?`;
    throw new UnfitWorkerTypeError(`WORKER_TYPES: there is no worker type "${name}". ${remedy}`);
  });
}
