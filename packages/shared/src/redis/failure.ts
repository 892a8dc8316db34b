/** Names and words by which ioredis says that the store did not answer. */
const names: ReadonlySet<string> = new Set(['MaxRetriesPerRequestError', 'ClusterAllFailedError']);
const words =
  /Command timed out|Command aborted due to connection close|Connection is closed|Socket timeout|ECONNREFUSED|ECONNRESET|EPIPE/;
/** Codes by which Redis says that it can't now; other replies that are errors say that the command was wrong. */
const codes =
  /^(LOADING|BUSY|READONLY|MASTERDOWN|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|OOM|NOREPLICAS|MISCONF|UNBLOCKED|NOSCRIPT|EXECABORT)\b|-(READONLY|OOM) /;

/** True when the state of Redis, and not the work itself, is the cause: the same step may succeed later. */
export function isRedisFailure(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return names.has(error.name) || words.test(error.message) || codes.test(error.message);
}

/** True when Redis refused a write because it is full to the brim. */
export function isOutOfMemory(error: unknown): error is Error {
  return error instanceof Error && /^OOM\b|-OOM /.test(error.message);
}
