import { modelOf } from '@baton/shared/model/model-access';
import { runMain } from '@baton/shared/process/run-main';
import { orchestratorSettings } from '@baton/shared/settings/settings';
import { startOrchestratorProcess } from './orchestrator-process.ts';

await runMain(async () => {
  const settings = orchestratorSettings(process.env);
  return startOrchestratorProcess(settings, modelOf(settings));
});
