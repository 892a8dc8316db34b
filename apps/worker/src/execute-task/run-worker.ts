import type { Outcome } from '@baton/shared/contract/task-outcome';
import { BudgetExceeded } from '@baton/shared/model/budget-exceeded';
import type { RunContext, TaskInput, Worker } from '../define-worker.ts';
import { isTaskResult, type TaskResult } from '../task-result.ts';
import { failureCause, failureText, isInterruption } from './run-failure.ts';
import type { TaskDeadline } from './task-deadline.ts';
import { TaskFailure } from './task-failure.ts';

/** How one run of a worker ended. */
export type Ending = Pick<Outcome, 'output' | 'errors' | 'metadata'> & {
  /** `skipped`: a budget has no room for it. */
  readonly status: 'succeeded' | 'partial' | 'failed' | 'skipped';
};

const MOST_METADATA_CHARACTERS = 32_768;

const outcomeStatuses: Readonly<Record<TaskResult['status'], Ending['status']>> = {
  success: 'succeeded',
  partial: 'partial',
  failed: 'failed',
};

/** The output as the ledger keeps it: text as it is, a value that fits the worker's schema as JSON. */
function asText(worker: Worker, output: unknown): string {
  if (!worker.output) {
    if (typeof output === 'string' && output.trim() !== '') return output;
    throw new TaskFailure(
      typeof output === 'string'
        ? 'The worker gave an empty result.'
        : `The worker type ${worker.type} declares no output schema, so its run must return text; it returned ${typeof output}.`,
    );
  }
  const checked = worker.output.safeParse(output);
  if (checked.success) {
    const json = JSON.stringify(checked.data) as string | undefined;
    if (json === undefined)
      throw new TaskFailure("The worker's result can't be kept as JSON: there is none.");
    return json;
  }
  const issues = checked.error.issues.map(({ path, message }) => `${path.join('.') || 'result'}: ${message}`);
  throw new TaskFailure(`The worker's result does not fit its output schema: ${issues.join('; ')}`);
}

function asMetadata(metadata: TaskResult['metadata']): Outcome['metadata'] {
  let text: string;
  try {
    text = JSON.stringify(metadata);
  } catch (error) {
    throw new TaskFailure(`The metadata of the result can't be kept as JSON: ${(error as Error).message}`);
  }
  if (text.length > MOST_METADATA_CHARACTERS) {
    throw new TaskFailure(
      `The metadata of the result takes ${text.length} characters; at most ${MOST_METADATA_CHARACTERS} are kept. Put what is long in the output.`,
    );
  }
  return JSON.parse(text) as Outcome['metadata'];
}

function endingOf(worker: Worker, given: unknown): Ending {
  if (!isTaskResult(given)) {
    return { status: 'succeeded', output: asText(worker, given), errors: [], metadata: {} };
  }
  const { output, errors } = given;
  const status = outcomeStatuses[given.status];
  return {
    status,
    output: output === null && status === 'failed' ? null : asText(worker, output),
    errors: [...errors],
    metadata: asMetadata(given.metadata),
  };
}

/**
 * Runs a worker once, to its end. Rejects when the run was broken off (goal ended, lock lost, shutdown), when the model asks
 * for a long pause, or when Redis fails; whatever else goes wrong is the end.
 */
export async function runWorker(
  worker: Worker,
  task: TaskInput,
  context: RunContext,
  jobSignal: AbortSignal,
  deadline: TaskDeadline,
): Promise<Ending> {
  const { signal } = context;
  try {
    signal.throwIfAborted();
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    aborted.catch(() => undefined);
    const run = Promise.resolve(worker.run(task, context));
    return endingOf(worker, await Promise.race([run, aborted]));
  } catch (error) {
    if (isInterruption(error, jobSignal)) throw error;
    const errors = [failureText(error, deadline, worker.type)];
    if (error instanceof BudgetExceeded && !deadline.signal.aborted) {
      return { status: 'skipped', output: null, errors, metadata: { budget: error.scope } };
    }
    const metadata = { cause: failureCause(error, deadline) };
    return { status: 'failed', output: null, errors, metadata };
  }
}
