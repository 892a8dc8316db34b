import type { Problem, ProblemType } from './contract/problem.ts';

export type FieldError = NonNullable<Problem['errors']>[number];

/** Baton answered and refused. `errors` names each bad field and its remedy. */
export class BatonError extends Error {
  override readonly name = 'BatonError';
  /** Stable, for programs; a newer server may know more types than these. */
  readonly type: ProblemType | (string & Record<never, never>);
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  /** When the server asked to be tried again, in ms from its reply, or null when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(problem: Omit<Problem, 'instance'>, retryAfterMs: number | null = null) {
    super(problem.detail);
    this.type = problem.type;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.retryAfterMs = retryAfterMs;
  }
}

/** A client can not be made from these settings; nothing was asked. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  readonly setting: 'baseUrl' | 'apiKey' | 'maxRetries' | 'goalId';

  constructor(setting: SettingError['setting'], message: string) {
    super(message);
    this.setting = setting;
  }
}

/** `unreachable`: no connection, or it broke. `not_baton`: something answers there that does not speak Baton's API. */
export type ConnectionFailure = 'unreachable' | 'not_baton';

/** Baton could not be asked. Says nothing of whether a request that was under way took effect. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly failure: ConnectionFailure;
  /** The address that was tried. */
  readonly address: string;
  /** What the system calls the failure, such as `ECONNREFUSED`; null where it is not known, as in browsers. */
  readonly code: string | null;

  constructor(failure: ConnectionFailure, address: string, reason: string, cause?: unknown) {
    super(messageFor(failure, address, reason), { cause });
    this.failure = failure;
    this.address = address;
    this.code = codeOf(originOf(cause));
  }
}

function messageFor(failure: ConnectionFailure, address: string, reason: string): string {
  return failure === 'unreachable'
    ? `Can not reach Baton at ${address}: ${reason}. Check that it is running and that the address is right.`
    : `What answers at ${address} is not Baton's API: ${reason}. Check the address.`;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name can not be looked up now',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
};

/** The address was tried and the request failed below HTTP. */
export function unreachable(address: string, error: unknown): ConnectionError {
  return new ConnectionError('unreachable', address, unreachableReason(error), error);
}

/** Why a request failed below HTTP. */
export function unreachableReason(error: unknown): string {
  const cause = originOf(error);
  const code = codeOf(cause);
  const known = code === null ? undefined : reasons[code];
  return known ? `${known} (${code})` : reasonOf(cause);
}

/** `fetch` fails with an error that has no more to say than what caused it. */
function originOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}

/** What an error of any kind says. */
export function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}

function codeOf(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}
