import { problemTypes } from '@baton/shared/contract/problem';

const TYPE = 'urn:baton:problem:';

const statuses: ReadonlyMap<string, number> = new Map(
  Object.entries(problemTypes).map(([type, { status }]) => [TYPE + type, status]),
);

export interface ProblemBody {
  readonly type?: unknown;
  readonly title?: unknown;
  readonly status?: unknown;
  readonly detail?: unknown;
  readonly errors?: unknown;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !/\bundefined\b|\[object /.test(value);
}

/** Where its errors are; null when they say nothing. */
export function pathsOf(errors: unknown): string[] | null {
  if (errors === undefined) return [];
  if (!Array.isArray(errors) || errors.length === 0) return null;
  const paths = (errors as { path?: unknown; message?: unknown }[]).map(({ path, message }) =>
    typeof path === 'string' && typeof message === 'string' && message !== '' ? path : null,
  );
  return paths.includes(null) ? null : (paths as string[]);
}

/** What is wrong with a problem that came with this status, or null. */
export function faultOfProblem(problem: ProblemBody, status: number): string | null {
  const known = typeof problem.type === 'string' ? statuses.get(problem.type) : undefined;
  if (known === undefined) return `${status} of the unknown type ${JSON.stringify(problem.type)}`;
  if (known !== status || problem.status !== status)
    return `${String(problem.type)} with the status ${status}`;
  const shown = JSON.stringify(problem).slice(0, 300);
  if (!isText(problem.title) || !isText(problem.detail)) return `${status} without a detail: ${shown}`;
  return pathsOf(problem.errors) === null ? `${status} with errors that say nothing: ${shown}` : null;
}
