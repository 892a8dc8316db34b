/** Errors as the SDK and undici throw them, read by shape. */

/** An error that the API itself sent, as a response or as an event inside a stream. */
export interface ApiFailure {
  /** Null for an error event inside a stream. */
  readonly status: number | null;
  readonly type: string | null;
  readonly errorCode: string | null;
  readonly message: string;
  readonly headers: Pick<Headers, 'get'>;
}

const MESSAGE_CHARACTERS = 500;

/** Codes of failures before a byte of the request was sent. */
const unreachedCodes: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const connectionNames: ReadonlySet<string> = new Set([
  'AnthropicError',
  'APIConnectionError',
  'APIConnectionTimeoutError',
]);
const abortNames: ReadonlySet<string> = new Set(['AbortError', 'APIUserAbortError']);

/** Null when the error isn't the API's own: those carry the response's headers. */
export function apiFailureOf(error: unknown): ApiFailure | null {
  if (!(error instanceof Error)) return null;
  const headers = field(error, 'headers');
  if (!(headers instanceof Headers)) return null;
  const status = field(error, 'status');
  return {
    status: typeof status === 'number' ? status : null,
    type: textField(error, 'type'),
    errorCode: textField(error, 'errorCode'),
    message: clip(textField(error, 'apiMessage') ?? error.message),
    headers,
  };
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && abortNames.has(error.name);
}

export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (connectionNames.has(error.name) || connectionCode(error) !== null) return true;
  return error instanceof TypeError && (error.message === 'terminated' || error.message === 'fetch failed');
}

/** The innermost code of a connection error, such as `ECONNREFUSED`. */
export function connectionCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return connectionCode(inner) ?? textField(error, 'code');
}

/** True when no byte of the request can have reached the endpoint. */
export function wasUnreached(error: unknown): boolean {
  const code = connectionCode(error);
  return code !== null && unreachedCodes.has(code);
}

export function messageOf(error: unknown): string {
  return clip(error instanceof Error ? error.message : String(error));
}

function field(error: Error, name: string): unknown {
  return Object.getOwnPropertyDescriptor(error, name)?.value;
}

function textField(error: Error, name: string): string | null {
  const value = field(error, name);
  return typeof value === 'string' ? value : null;
}

function clip(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= MESSAGE_CHARACTERS ? line : `${line.slice(0, MESSAGE_CHARACTERS)}…`;
}
