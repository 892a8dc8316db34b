/** @typedef {{ redisUrl: string, prefix: string }} RawSettings */

/** BullMQ's defaults but for the slots. @param {RawSettings} settings @param {number} concurrency */
export function workerOptions({ redisUrl, prefix }, concurrency) {
  return { connection: { url: redisUrl, maxRetriesPerRequest: null }, prefix, concurrency };
}

/** @param {Error} error */
export function logError(error) {
  process.stderr.write(`${error.stack}\n`);
}
