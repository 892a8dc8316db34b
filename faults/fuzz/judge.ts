import { problemTypes } from '@baton/shared/contract/problem';
import type { Draft, Expected, Target } from './cases/fuzz-case.ts';
import type { Answer } from './wire/connection.ts';
import type { Reply } from './wire/http-reply.ts';

const TYPE = 'urn:baton:problem:';
/** Bytes that a refusal may have: what it says of a request must not be larger than any honest one. */
const MOST_REFUSAL = 128 * 1_024;

const statuses: ReadonlyMap<string, number> = new Map(
  Object.entries(problemTypes).map(([type, { status }]) => [TYPE + type, status]),
);

interface ProblemBody {
  readonly type?: unknown;
  readonly title?: unknown;
  readonly status?: unknown;
  readonly detail?: unknown;
  readonly errors?: unknown;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !/\bundefined\b|\[object /.test(value);
}

function pathsOf(errors: unknown): string[] | null {
  if (errors === undefined) return [];
  if (!Array.isArray(errors) || errors.length === 0) return null;
  const paths = (errors as { path?: unknown; message?: unknown }[]).map(({ path, message }) =>
    typeof path === 'string' && typeof message === 'string' && message !== '' ? path : null,
  );
  return paths.includes(null) ? null : (paths as string[]);
}

/** True where one names the other, or a place inside it. */
function areNear(left: string, right: string): boolean {
  return left === '' || right === '' || left.startsWith(right) || right.startsWith(left);
}

/** What is wrong with a 4xx, or null. */
function faultOfRefusal(
  { status, headers, body }: Reply,
  expected: Expected,
  isHead: boolean,
): string | null {
  const type = headers.get('content-type') ?? 'none';
  if (!type.startsWith('application/problem+json')) return `${status} with the content-type ${type}`;
  if (isHead) return null;
  if (body.length > MOST_REFUSAL) return `a refusal of ${body.length} bytes`;
  let problem: ProblemBody;
  try {
    problem = JSON.parse(body.toString()) as ProblemBody;
  } catch {
    return `${status} with a body that is no JSON: ${body.toString().slice(0, 200)}`;
  }
  const known = typeof problem.type === 'string' ? statuses.get(problem.type) : undefined;
  if (known === undefined) return `${status} of the unknown type ${JSON.stringify(problem.type)}`;
  if (known !== status || problem.status !== status)
    return `${String(problem.type)} with the status ${status}`;
  if (!isText(problem.title) || !isText(problem.detail))
    return `${status} without a detail: ${body.toString().slice(0, 300)}`;
  const paths = pathsOf(problem.errors);
  if (paths === null) return `${status} with errors that say nothing: ${body.toString().slice(0, 300)}`;
  const path = expected.kind === 'refused' && status === 400 ? expected.path : undefined;
  if (path !== undefined && !paths.some((told) => areNear(told, path)))
    return `${status} that does not point at "${path}" but at ${JSON.stringify(paths.slice(0, 5))}`;
  return null;
}

function faultOfStatus({ status, body }: Reply, expected: Expected): string | null {
  const shown = `${status} ${body.toString().slice(0, 300)}`;
  switch (expected.kind) {
    case 'refused':
      if (status < 400) return `was not refused: ${shown}`;
      return expected.status !== undefined && status !== expected.status
        ? `${shown}, in place of ${expected.status}`
        : null;
    case 'accepted':
      return status === 202 ? null : `was not accepted: ${shown}`;
    case 'ok':
      if (status >= 300) return `is lawful, and was answered ${shown}`;
      return expected.body?.(body.toString()) ?? null;
    case 'answered':
    case 'answered-or-cut':
      return null;
    default:
      return expected satisfies never;
  }
}

/** Only the API speaks in problem documents; the other servers tell their health in words. */
const apis: ReadonlySet<Target> = new Set(['open', 'keyed']);

/** What is wrong with the answer, or null. */
export function faultOf(
  answer: Answer,
  { expected, target = 'open' }: Draft,
  isHead: boolean,
): string | null {
  if (answer.kind === 'silence') return `no answer within ${Math.round(answer.ms)} ms`;
  if (answer.kind === 'broken') return answer.reason;
  if (answer.kind === 'cut')
    return expected.kind === 'answered-or-cut' ? null : `the connection was closed without an answer`;
  const { reply } = answer;
  if (reply.status >= 500) return `${reply.status} ${reply.body.toString().slice(0, 300)}`;
  if (reply.headers.has('x-injected')) return 'a header of the request has got into the answer';
  const unlike = faultOfStatus(reply, expected);
  if (unlike !== null) return unlike;
  if (reply.status < 400 || !apis.has(target)) return null;
  return faultOfRefusal(reply, expected, isHead);
}
