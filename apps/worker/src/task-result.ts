/** What a task gave, in full. `partial`: there is something to show, but not all that was asked for. */
export interface TaskResult<Output = string> {
  readonly status: 'success' | 'partial' | 'failed';
  /** Null only when it failed. */
  readonly output: Output | null;
  /** Why it is not a success, in sentences for people. */
  readonly errors: readonly string[];
  /** Facts about the run, kept with the task as JSON. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Return it from `run` when there is something to note besides the output; else the output alone will do. */
export function success<Output>(output: Output, metadata: TaskResult['metadata'] = {}): TaskResult<Output> {
  return Object.freeze({ status: 'success', output, errors: [], metadata });
}

/** Return it from `run` when there is something to show, but not all that was asked for. */
export function partial<Output>(output: Output, ...errors: string[]): TaskResult<Output> {
  return Object.freeze({ status: 'partial', output, errors, metadata: {} });
}

/** Return it from `run` when there is nothing to show. */
export function failed(...errors: string[]): TaskResult<never> {
  return Object.freeze({ status: 'failed', output: null, errors, metadata: {} });
}

const keys: ReadonlySet<string> = new Set(['status', 'output', 'errors', 'metadata']);
const statuses: ReadonlySet<unknown> = new Set(['success', 'partial', 'failed']);

/** True for an object of these four fields and no others: it is a result and not an output. */
export function isTaskResult(value: unknown): value is TaskResult<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const { status, errors, metadata } = value as Partial<TaskResult>;
  const own = Object.keys(value);
  return (
    own.length === keys.size &&
    own.every((key) => keys.has(key)) &&
    statuses.has(status) &&
    Array.isArray(errors) &&
    errors.every((error) => typeof error === 'string') &&
    typeof metadata === 'object' &&
    metadata !== null &&
    !Array.isArray(metadata)
  );
}
