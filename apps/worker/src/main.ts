import { modelOf } from '@baton/shared/model/model-access';
import { runMain } from '@baton/shared/process/run-main';
import { workerSettings } from '@baton/shared/settings/settings';

await runMain(async () => {
  const settings = workerSettings(process.env);
  // What is wrong with the settings is told before all that is loaded for the work.
  const { startWorkerProcess } = await import('./worker-process.ts');
  return startWorkerProcess(settings, modelOf(settings), process.env);
});
