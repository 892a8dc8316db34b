import { modelOf } from '@baton/shared/model/model-access';
import { runMain } from '@baton/shared/process/run-main';
import { orchestratorSettings } from '@baton/shared/settings/settings';

await runMain(async () => {
  const settings = orchestratorSettings(process.env);
  // What is wrong with the settings is told before all that is loaded for the work.
  const { startOrchestratorProcess } = await import('./orchestrator-process.ts');
  return startOrchestratorProcess(settings, modelOf(settings));
});
