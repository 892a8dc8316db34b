import { apiDescriptions } from './descriptions/api.ts';
import type { Descriptions } from './descriptions/description.ts';
import { endpointDescriptions } from './descriptions/endpoints.ts';
import { goalDescriptions } from './descriptions/goals.ts';
import { modelDescriptions } from './descriptions/models.ts';
import { processDescriptions } from './descriptions/process.ts';
import { storageDescriptions } from './descriptions/storage.ts';
import { tracingDescriptions } from './descriptions/tracing.ts';
import { workerDescriptions } from './descriptions/workers.ts';

/** The chapters of docs/configuration.md, in its order. */
export const chapters = {
  Redis: storageDescriptions,
  Models: modelDescriptions,
  'Endpoints of a tier': endpointDescriptions,
  Goals: goalDescriptions,
  'API, dashboard, webhooks': apiDescriptions,
  Workers: workerDescriptions,
  Processes: processDescriptions,
  Traces: tracingDescriptions,
} as const;

/** Of every setting; the compiler names one that has none, and one that is no setting. */
export const descriptions: Descriptions = {
  ...storageDescriptions,
  ...modelDescriptions,
  ...endpointDescriptions,
  ...goalDescriptions,
  ...apiDescriptions,
  ...workerDescriptions,
  ...processDescriptions,
  ...tracingDescriptions,
};
