import { createControlWorker } from '@baton/dag-flow/control-worker';
import { Worker } from 'bullmq';
import { serveParent } from '../serve-parent.mjs';
import { JOIN_SLOTS } from '../side.mjs';
import { CONTROL_QUEUE, ROOT_QUEUE } from './raw-flows.mjs';
import { logError, workerOptions } from './worker-options.mjs';

/** The join: receives every result and says how many. @param {import('bullmq').Job} job */
async function join(job) {
  return { results: Object.keys(await job.getChildrenValues()).length };
}

await serveParent(async (/** @type {import('./worker-options.mjs').RawSettings} */ settings) => {
  const roots = new Worker(ROOT_QUEUE, join, workerOptions(settings, JOIN_SLOTS));
  const { connection, prefix } = workerOptions(settings, JOIN_SLOTS);
  const control = createControlWorker({ queue: CONTROL_QUEUE, connection, prefix, onError: logError });
  await Promise.all([roots.waitUntilReady(), control.start()]);
  return {
    async stop() {
      await Promise.all([roots.close(), control.close()]);
    },
  };
});
