import type { Problem } from './contract/problem.ts';
import { BatonError, ConnectionError } from './errors.ts';
import { replyTime, retryAfterMs } from './retry-after.ts';

/** What a reply that is not of 2xx says. @param now ms since the epoch */
export async function refusal(
  address: string,
  response: Response,
  now: number,
): Promise<BatonError | ConnectionError> {
  const problem = parseJson(await response.text());
  const wish = retryAfterMs(response.headers.get('retry-after'), replyTime(response) ?? now);
  if (isProblem(problem)) return new BatonError(problem, wish);
  const { status } = response;
  const title = response.statusText || 'no reason';
  const answered = `it answered ${status} (${title}) without saying why`;
  if (status < 500 && status !== 408 && status !== 429) {
    return new ConnectionError('not_baton', address, answered);
  }
  const detail = `${address}: ${answered}. Look at what stands before Baton there.`;
  return new BatonError({ type: 'about:blank', status, title, detail }, wish);
}

/** Rejects when something else than Baton seems to answer. */
export async function expectType(response: Response, expected: string, address: string): Promise<void> {
  const type = response.headers.get('content-type') ?? 'none';
  if (type.startsWith(expected)) return;
  await response.body?.cancel();
  throw new ConnectionError('not_baton', address, `its reply has the type "${type}", not ${expected}`);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isProblem(value: unknown): value is Problem {
  return (
    isRecord(value) &&
    typeof value['type'] === 'string' &&
    typeof value['detail'] === 'string' &&
    typeof value['status'] === 'number' &&
    (value['errors'] === undefined || Array.isArray(value['errors']))
  );
}
