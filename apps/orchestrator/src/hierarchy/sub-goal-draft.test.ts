import { describe, expect, it } from 'vitest';
import { goalOptionsSchema } from '@baton/shared/contract/goal-request';
import type { TaskSpec } from '@baton/shared/ledger/goal-record';
import { collectItems } from './collect-items.ts';
import { draftSubGoal, type Surroundings } from './sub-goal-draft.ts';

const task: TaskSpec = {
  id: 'deep',
  worker: 'orchestrator',
  description: 'Dig deep.',
  requirements: ['Be quick.'],
  dependencies: [],
  dependents: [],
  priority: 'medium',
  complexity: 'medium',
};

function draft(more: Partial<Surroundings> = {}) {
  return draftSubGoal({
    goal: {
      goal: 'Dig.',
      context: 'Sand.',
      options: goalOptionsSchema.parse({
        approval: true,
        finishEarly: true,
        maxTasks: 20,
        cache: 'read',
        deadline: '1h',
      }),
      recipe: 'report',
      kind: 'goal',
      depth: 1,
      inputs: [],
    },
    tasks: [{ worker: 'orchestrator' }, { worker: 'orchestrator' }, { worker: 'writer' }],
    task,
    dependencies: [],
    listMetadata: {},
    recipeTypes: null,
    contextTokens: 200_000,
    ...more,
  });
}

describe('the goal that a task is handed on as', () => {
  it('is the assignment, one level down, with its part of the tasks and none of what was asked of the whole', () => {
    const drafted = draft({ recipeTypes: ['writer', 'orchestrator'] });
    expect(drafted).toMatchObject({
      kind: 'sub-goal',
      sub: { kind: 'goal', depth: 2, goal: 'Dig deep.\n\n- Be quick.', recipe: null, plan: null },
    });
    const options = drafted.kind === 'sub-goal' ? drafted.sub.options : null;
    expect(options).toMatchObject({ maxTasks: 8, cache: 'off', workerTypes: ['writer', 'orchestrator'] });
    for (const name of ['approval', 'finishEarly', 'deadline']) expect(options).not.toHaveProperty(name);
  });

  it('knows what its task depends on, shortened to what a model takes in', () => {
    const output = 'x'.repeat(100_000);
    const drafted = draft({
      dependencies: [{ taskId: 'map', status: 'partial', output }],
      contextTokens: 4_000,
    });
    const context = (drafted.kind === 'sub-goal' && drafted.sub.context) || '';
    expect(context).toContain('Dig.');
    expect(context).toContain('Sand.');
    expect(context).toContain('"map" (partial, ');
    expect(context.length).toBeLessThan(5_000);
  });

  it.each([undefined, 'list'])('waits for batches when its task may wait (forEach: %s)', (forEach) => {
    const dependencies = [{ taskId: 'list', status: 'succeeded', output: '["a", "b"]' }] as const;
    const of = forEach === undefined ? {} : { forEach, dependencies: [forEach] };
    const drafted = draft({ task: { ...task, ...of, latency: 'relaxed' }, dependencies });
    expect(drafted).toMatchObject({ kind: 'sub-goal', sub: { options: { latency: 'relaxed' } } });
    expect(draft({ task: { ...task, ...of }, dependencies })).not.toHaveProperty('sub.options.latency');
  });

  it('has no budget but what its task may spend: the goal’s own holds for all below it', () => {
    const optionsOf = (given: object) => {
      const drafted = draft({ goal: { ...base(), options: goalOptionsSchema.parse(given) } });
      return drafted.kind === 'sub-goal' ? drafted.sub.options : null;
    };
    const budget = { maxTokens: 9_000 };
    expect(optionsOf({ budget })).not.toHaveProperty('budget');
    const taskBudget = { maxCostUsd: 1 };
    expect(optionsOf({ budget, taskBudget })).toMatchObject({ budget: taskBudget, taskBudget });
  });

  it('is none at the deepest level', () => {
    const { goal } = { goal: { ...base(), depth: 3 } };
    expect(draft({ goal })).toMatchObject({ kind: 'end', outcome: { status: 'failed' } });
  });

  it('always leaves a task to be planned', () => {
    const tasks = Array.from({ length: 30 }, () => ({ worker: 'orchestrator' }));
    expect(draft({ tasks })).toMatchObject({ sub: { options: { maxTasks: 1 } } });
  });

  it('is a plan of one task per item, which are told of what else the task depends on', () => {
    const dependencies = [
      { taskId: 'list', status: 'succeeded', output: '- a\n- b' },
      { taskId: 'style', status: 'succeeded', output: 'Short.' },
    ] as const;
    const each = { ...task, worker: 'writer', forEach: 'list', dependencies: ['list', 'style'] };
    expect(draft({ task: each, dependencies })).toMatchObject({
      sub: {
        kind: 'each',
        depth: 1,
        goal: 'Dig.',
        context: 'Sand.',
        options: { maxTasks: 2, maxReplans: 0 },
        inputs: [{ taskId: 'style' }],
        plan: {
          tasks: [
            { id: 'item-1', dependencies: [] },
            { id: 'item-2', worker: 'writer' },
          ],
        },
      },
    });
  });

  function base(): Surroundings['goal'] {
    return {
      goal: 'Dig.',
      context: null,
      options: goalOptionsSchema.parse({}),
      recipe: null,
      kind: 'goal',
      depth: 1,
      inputs: [],
    };
  }
});

describe('the collection of what a list gave', () => {
  const item = (number: number, text: string, status: 'succeeded' | 'failed', output: string | null) => ({
    task: { id: `item-${number}`, item: { text, number, of: 3 } },
    outcome: { status, output },
  });

  it('has a section per item that gave something, in order, and a list that can be gone over again', () => {
    const results = [
      item(1, 'Ghent', 'succeeded', 'A town.\n'),
      item(2, 'Mons', 'failed', null),
      item(3, `Lier\n${'x'.repeat(100)}`, 'succeeded', 'Small.'),
    ];
    const { output, list } = collectItems(results);
    expect(output).toMatch(/^## 1\. Ghent\n\nA town\.\n\n## 3\. Lier x{10,}…\n\nSmall\.$/);
    expect(list).toEqual(['A town.\n', 'Small.']);
  });

  it('is empty when nothing gave anything', () => {
    expect(collectItems([item(1, 'Mons', 'failed', null)])).toEqual({ output: '', list: [] });
  });
});
