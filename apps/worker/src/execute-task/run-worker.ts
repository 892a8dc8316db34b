import { noUsage, type Outcome } from '@baton/shared/contract/task-outcome';
import { usageOfCalls } from '@baton/shared/model/call-usage';
import type { StepCall } from '@baton/shared/model/journaled-llm';
import { ModelError } from '@baton/shared/model/llm';
import { JobAborted } from '@baton/shared/queue/job-worker';
import { RetryLaterError } from '@baton/shared/model/retrying-llm';
import type { Task } from '@baton/plan/plan';
import { Shortfall, type RunContext, type Worker } from '../define-worker.ts';
import { JournalUnavailable, TaskFailure } from './task-failure.ts';

type Ending = Pick<Outcome, 'status' | 'output' | 'errors'>;

function failed(...errors: string[]): Ending {
  return { status: 'failed', output: null, errors };
}

/** The result as the ledger keeps it: text as it is, a value that fits the worker's schema as JSON. */
function asText(worker: Worker, result: unknown): string {
  if (!worker.output) {
    if (typeof result === 'string' && result.trim() !== '') return result;
    throw new TaskFailure(
      typeof result === 'string'
        ? 'The worker gave an empty result.'
        : `The worker type ${worker.type} declares no output schema, so its run must return text; it returned ${typeof result}.`,
    );
  }
  const checked = worker.output.safeParse(result);
  if (checked.success) return JSON.stringify(checked.data);
  const issues = checked.error.issues.map(({ path, message }) => `${path.join('.') || 'result'}: ${message}`);
  throw new TaskFailure(`The worker's result does not fit its output schema: ${issues.join('; ')}`);
}

function endingOf(worker: Worker, result: unknown): Ending {
  if (!(result instanceof Shortfall))
    return { status: 'succeeded', output: asText(worker, result), errors: [] };
  const output = result.output === null ? null : asText(worker, result.output);
  return { status: result.status, output, errors: [...result.errors] };
}

/** What must reach the queue instead of the ledger: the run did not end, it was broken off. */
function isInterruption(error: unknown, signal: AbortSignal): boolean {
  return (
    signal.reason instanceof JobAborted ||
    error instanceof RetryLaterError ||
    error instanceof JournalUnavailable
  );
}

function failureOf(error: unknown, timeoutSignal: AbortSignal, worker: Worker): Ending {
  if (timeoutSignal.aborted)
    return failed(`The task took longer than the ${worker.timeout / 1_000} s it may take.`);
  if (error instanceof ModelError || error instanceof TaskFailure) return failed(error.message);
  const message = error instanceof Error ? error.message : String(error);
  return failed(`The worker type ${worker.type} threw an error: ${message}`);
}

/**
 * Runs a worker to an outcome. Rejects when the run was broken off (goal ended, lock lost, shutdown), when the model asks
 * for a long pause, or when Redis fails; whatever else goes wrong is the outcome.
 */
export async function runWorker(
  worker: Worker,
  task: Task,
  context: Omit<RunContext, 'signal' | 'model'>,
  jobSignal: AbortSignal,
  openModel: (signal: AbortSignal) => { model: RunContext['model']; calls: readonly StepCall[] },
): Promise<Outcome> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error('The time of the task is up.')), worker.timeout);
  const signal = AbortSignal.any([jobSignal, deadline.signal]);
  const { model, calls } = openModel(signal);
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  aborted.catch(() => undefined);
  let ending: Ending;
  try {
    const run = Promise.resolve(worker.run(task, { ...context, signal, model }));
    ending = endingOf(worker, await Promise.race([run, aborted]));
  } catch (error) {
    if (isInterruption(error, jobSignal)) throw error;
    ending = failureOf(error, deadline.signal, worker);
  } finally {
    clearTimeout(timer);
  }
  const usage = calls.length === 0 ? noUsage : usageOfCalls(calls);
  return {
    ...ending,
    usage,
    simulated: calls.some(({ response }) => response.simulated),
    reviews: [],
    metadata: {},
  };
}
