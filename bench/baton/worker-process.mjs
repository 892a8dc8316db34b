import { workerSettings } from '@baton/shared/settings/settings';
import { startWorkerProcess } from '../../apps/worker/dist/worker-process.js';
import { serveParent } from '../serve-parent.mjs';
import { noOpModel } from './no-op-model.mjs';

await serveParent((/** @type {Record<string, string>} */ environment) =>
  startWorkerProcess(workerSettings(environment), noOpModel),
);
