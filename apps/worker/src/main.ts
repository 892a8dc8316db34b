import { modelOf } from '@baton/shared/model/model-access';
import { runMain } from '@baton/shared/process/run-main';
import { workerSettings } from '@baton/shared/settings/settings';
import { startWorkerProcess } from './worker-process.ts';

await runMain(async () => {
  const settings = workerSettings(process.env);
  return startWorkerProcess(settings, modelOf(settings), process.env);
});
