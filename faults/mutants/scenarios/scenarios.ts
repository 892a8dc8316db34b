import { clients } from './clients.ts';
import { deaths } from './deaths.ts';
import { flows } from './flows.ts';
import type { DirectedScenario } from './scenario.ts';
import { twins } from './twins.ts';

const all = { ...flows, ...twins, ...deaths, ...clients };
export type ScenarioName = keyof typeof all;
export const scenarios: Readonly<Record<ScenarioName, DirectedScenario>> = all;
