import type { SdkErrorCode } from '@modelcontextprotocol/client';

/** A connection could not be made; the message is why, in a word or two. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';
}

interface Facts {
  readonly code?: unknown;
  readonly status?: unknown;
  readonly cause?: unknown;
  readonly message?: unknown;
}

/** The failure, and what caused it. */
function chain(error: unknown): Facts[] {
  if (typeof error !== 'object' || error === null) return [];
  return [error, ...chain((error as Facts).cause)];
}

const SYSTEM_CODE = /^E[A-Z]+$/;

function systemCode(error: unknown): string | undefined {
  return chain(error)
    .map(({ code }) => code)
    .find((code) => typeof code === 'string' && SYSTEM_CODE.test(code)) as string | undefined;
}

function statusOf(error: unknown): unknown {
  return chain(error).find(({ status }) => typeof status === 'number')?.status;
}

/** What a failure comes down to: a status, a system's code, or the message. */
export function reasonOf(error: unknown): string {
  if (error instanceof ConnectFailure) return error.message;
  const status = statusOf(error);
  if (typeof status === 'number') return `HTTP ${status}`;
  return systemCode(error) ?? String((error as Facts).message ?? error);
}

/** By name, so that the client is loaded by processes alone that have a server to talk to. */
type FailureCode = `${SdkErrorCode}`;

const unsent: ReadonlySet<unknown> = new Set<FailureCode>(['NOT_CONNECTED', 'SEND_FAILED']);
const CLOSED: FailureCode = 'CONNECTION_CLOSED';
/** A server that was started anew doesn't know the session, and does nothing for it. */
const UNKNOWN_SESSION = 404;

/** True when the request surely did nothing. */
export function wasNotCarriedOut(error: unknown): boolean {
  return (
    unsent.has((error as Facts).code) ||
    statusOf(error) === UNKNOWN_SESSION ||
    systemCode(error) === 'ECONNREFUSED'
  );
}

/** True when the connection ended under the request. */
export function isLost(error: unknown): boolean {
  // What fetch rejects with when a socket breaks.
  return (error as Facts).code === CLOSED || error instanceof TypeError;
}
