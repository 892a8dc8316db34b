import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cost } from './dashboards/cost.mjs';
import { overview } from './dashboards/overview.mjs';
import { redis } from './dashboards/redis.mjs';
import { workerTypes } from './dashboards/worker-types.mjs';
import { repositoryRoot } from './paths.mjs';

/** Where Grafana's provisioning finds them. */
export const dashboardsFolder = join(repositoryRoot, 'observability', 'grafana', 'dashboards');

/** File name to its text. @type {ReadonlyMap<string, string>} */
export const dashboardFiles = new Map(
  Object.entries({ overview, 'worker-types': workerTypes, cost, redis }).map(([name, built]) => [
    `${name}.json`,
    `${JSON.stringify(built, null, 2)}\n`,
  ]),
);

// Writes the JSON anew from `scripts/dashboards/`.
if (process.argv[1] === import.meta.filename) {
  for (const [name, text] of dashboardFiles) writeFileSync(join(dashboardsFolder, name), text);
}
