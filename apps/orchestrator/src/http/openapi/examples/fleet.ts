import type { RecipeView } from '@baton/shared/contract/recipe';
import type { Stats } from '@baton/shared/contract/stats';
import type { WorkerTypeView } from '@baton/shared/contract/worker-type';

export const workerTypeExample: WorkerTypeView = {
  type: 'researcher',
  description: 'Finds facts and says where they come from.',
  bestFor: 'Questions with answers that can be looked up.',
  notFor: 'Writing long texts.',
  tier: 'balanced',
  builtIn: true,
  workers: 2,
  slots: 16,
};

export const recipeExample: RecipeView = {
  name: 'report',
  title: 'Report',
  description: 'A structured report on one subject.',
  workerTypes: ['researcher', 'analyzer', 'writer'],
  planHints: ['Gather facts in parallel, then have one task write.'],
  synthesisHints: ['Begin with a summary.'],
  prompts: { planner: 'Plan at most three research tasks.', tasks: { writer: 'Write for busy readers.' } },
  exampleContext: null,
  exampleGoal: 'Write one page on the market for electric cargo bikes in Belgium.',
};

const idle = { waiting: 0, active: 0, delayed: 0, oldestWaitingMs: null };

export const statsExample: Stats = {
  workerTypes: [
    {
      type: 'researcher',
      waiting: 12,
      active: 16,
      delayed: 0,
      oldestWaitingMs: 840,
      workers: 2,
      slots: 16,
      slotsWanted: 28,
    },
  ],
  planning: { ...idle, active: 1 },
  synthesis: idle,
};
