import { describe, expect, it } from 'vitest';
import { goalOptionsSchema } from '@baton/shared/contract/goal-request';
import type { Recipe } from '@baton/plan/recipes';
import { openTestLedger } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { planLimits, planningInput } from './planning-input.ts';

const recipe: Recipe = {
  name: 'report',
  title: 'Report',
  description: 'A report.',
  planHints: [],
  synthesisHints: [],
  prompts: { planner: 'Keep the findings apart.' },
  exampleGoal: 'Report on tea.',
};

async function inputOf(options: object = {}, depth?: number) {
  const { ledger } = openTestLedger();
  return planningInput(
    { ledger, recipes: new Map([[recipe.name, recipe]]) },
    {
      goal: 'Compare tea and coffee',
      context: 'For a shop.',
      recipe: 'report',
      options: goalOptionsSchema.parse(options),
      ...(depth !== undefined && { depth }),
    },
  );
}

describe('what a planner is told', () => {
  it('offers goals inside goals where they may be split further, and only there', async () => {
    for (const depth of [undefined, 1, 2]) {
      expect(planLimits(await inputOf({}, depth)).workers).toContain('orchestrator');
    }
    expect(planLimits(await inputOf({}, 3)).workers).not.toContain('orchestrator');
    const { workers } = planLimits(await inputOf({ workerTypes: ['writer', 'orchestrator'] }, 3));
    expect(workers).toEqual(['writer']);
  });

  it('has the time that each task may take, in seconds', async () => {
    expect((await inputOf()).secondsPerTask).toBeNull();
    expect((await inputOf({ taskTimeout: '2m' })).secondsPerTask).toBe(120);
  });

  it('knows what tasks may speak of besides what others find', async () => {
    const { material } = planLimits(await inputOf());
    for (const text of ['Compare tea and coffee', 'For a shop.']) expect(material).toContain(text);
    expect(material, 'which no worker is told').not.toContain('Keep the findings apart.');
  });
});
