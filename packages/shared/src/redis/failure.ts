/** Names and words by which ioredis and Redis say that the store did not do what was asked. */
const names: ReadonlySet<string> = new Set([
  'ReplyError',
  'MaxRetriesPerRequestError',
  'ClusterAllFailedError',
]);
const words = /Command timed out|Connection is closed|Socket timeout|ECONNREFUSED|ECONNRESET|EPIPE/;

/** True when Redis, and not the work itself, is the cause: the same step may succeed later. */
export function isRedisFailure(error: unknown): error is Error {
  return error instanceof Error && (names.has(error.name) || words.test(error.message));
}
