import { orchestratorSettings } from '@baton/shared/settings/settings';
import { startOrchestratorProcess } from '../../apps/orchestrator/dist/orchestrator-process.js';
import { serveParent } from '../serve-parent.mjs';
import { noOpModel } from './no-op-model.mjs';

await serveParent(async (/** @type {Record<string, string>} */ environment) => {
  const running = await startOrchestratorProcess(orchestratorSettings(environment), noOpModel);
  await running.ready;
  return running;
});
