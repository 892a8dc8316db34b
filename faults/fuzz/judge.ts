import { faultOfBatch } from './batch-reply.ts';
import { isRequest, type Draft, type Expected, type Target } from './cases/fuzz-case.ts';
import type { Documented } from './documented.ts';
import { faultOfProblem, pathsOf, type ProblemBody } from './problem-document.ts';
import type { Answer } from './wire/connection.ts';
import type { Reply } from './wire/http-reply.ts';

/** Bytes that a refusal may have: what it says of a request must not be larger than any honest one. */
const MOST_REFUSAL = 128 * 1_024;

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
  const fault = faultOfProblem(problem, status);
  if (fault !== null) return fault;
  const path = expected.kind === 'refused' && status === 400 ? expected.path : undefined;
  const paths = pathsOf(problem.errors) ?? [];
  if (path !== undefined && !paths.some((told) => areNear(told, path)))
    return `${status} that does not point at "${path}" but at ${JSON.stringify(paths.slice(0, 5))}`;
  return null;
}

/** 200 in place of 202: the key was known, or the goal has ended while somebody waited. */
function isExplained(headers: Reply['headers']): boolean {
  return headers.get('idempotency-replayed') === 'true' || headers.has('preference-applied');
}

function faultOfWhole(
  status: number,
  shown: string,
  { lawful }: Expected & { kind: 'batch' },
): string | null {
  return lawful === 'none' && status >= 400 ? null : `a batch was answered ${shown}`;
}

/** Only where many make plans at once. */
function isPutOff(status: number, expected: Expected): boolean {
  return status === 503 && expected.kind === 'planned';
}

function faultOfStatus({ status, headers, body }: Reply, expected: Expected): string | null {
  const shown = `${status} ${body.toString().slice(0, 300)}`;
  switch (expected.kind) {
    case 'refused':
      if (status < 400) return `was not refused: ${shown}`;
      return expected.status !== undefined && status !== expected.status
        ? `${shown}, in place of ${expected.status}`
        : null;
    case 'accepted':
      return status === 202 || (status === 200 && isExplained(headers)) ? null : `was not accepted: ${shown}`;
    case 'batch':
      return status === 207
        ? faultOfBatch(body.toString(), expected.lawful)
        : faultOfWhole(status, shown, expected);
    case 'planned':
      return status === 200 || isPutOff(status, expected) ? null : `is lawful, and was answered ${shown}`;
    case 'ok-or-refused':
      return status < 300 ? expected.body(body.toString()) : status < 400 ? `was answered ${shown}` : null;
    case 'one-of':
      return expected.statuses.includes(status)
        ? null
        : `${shown}, in place of ${expected.statuses.join(' or ')}`;
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
const apis: ReadonlySet<Target> = new Set(['open', 'keyed', 'limited']);

/** What is wrong with the answer, or null. */
export function faultOf(
  answer: Answer,
  { expected, send, headers, target = 'open' }: Draft,
  isHead: boolean,
  isDocumented: Documented = () => true,
): string | null {
  if (answer.kind === 'silence') return `no answer within ${Math.round(answer.ms)} ms`;
  if (answer.kind === 'broken') return answer.reason;
  if (answer.kind === 'cut')
    return expected.kind === 'answered-or-cut' ? null : `the connection was closed without an answer`;
  const { reply } = answer;
  if (reply.status >= 500 && !isPutOff(reply.status, expected))
    return `${reply.status} ${reply.body.toString().slice(0, 300)}`;
  if (reply.headers.has('x-injected')) return 'a header of the request has got into the answer';
  const unlike = faultOfStatus(reply, expected);
  if (unlike !== null) return unlike;
  const unlikeHeaders = headers?.(reply.headers) ?? null;
  if (unlikeHeaders !== null || !apis.has(target)) return unlikeHeaders;
  if (isRequest(send) && !isDocumented(send, reply.status))
    return `${reply.status}, which is not documented for ${send.method} ${send.path.slice(0, 100)}`;
  return reply.status < 400 ? null : faultOfRefusal(reply, expected, isHead);
}
