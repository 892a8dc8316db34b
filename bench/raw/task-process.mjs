import { Worker } from 'bullmq';
import { serveParent } from '../serve-parent.mjs';
import { RESULT_TEXT, TASK_SLOTS } from '../side.mjs';
import { TASK_QUEUE } from './raw-flows.mjs';
import { workerOptions } from './worker-options.mjs';

/** A task that has dependencies receives their results, as a task of Baton's does. @param {import('bullmq').Job} job */
async function runTask(job) {
  const expected = job.data.dag?.children ?? 0;
  if (expected > 0) {
    const found = Object.keys(await job.getChildrenValues()).length;
    if (found !== expected) throw new Error(`${job.id} received ${found} of ${expected} results`);
  }
  return RESULT_TEXT;
}

await serveParent(async (/** @type {import('./worker-options.mjs').RawSettings} */ settings) => {
  const worker = new Worker(TASK_QUEUE, runTask, workerOptions(settings, TASK_SLOTS));
  await worker.waitUntilReady();
  return { stop: () => worker.close() };
});
