import { describe, expect, it } from 'vitest';
import type { FieldError } from '@baton/shared/contract/field-errors';
import type { KnownNames } from './goal-request.ts';
import { checkSentPlan, readPlanRequest } from './plan-request.ts';
import { ProblemError } from './problem.ts';

const known: KnownNames = {
  workers: ['researcher', 'writer', 'specialist'],
  recipes: ['report'],
  privateWebhooks: false,
};

function errorsOf(read: () => unknown): FieldError[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ProblemError && error.type === 'invalid_request') return [...error.errors];
    throw error;
  }
  throw new Error('The request was taken.');
}

const task = { id: 'a', worker: 'writer', description: 'Write' };
const plan = { tasks: [task, { ...task, id: 'b', dependencies: ['a'] }] };

describe('a request for a plan', () => {
  it('needs a goal alone', () => {
    expect(readPlanRequest({ goal: ' Write a haiku ' }, known)).toEqual({
      goal: 'Write a haiku',
      options: { decomposition: 'hybrid' },
    });
  });

  it.each([
    [{}, ['goal']],
    [{ goal: '' }, ['goal']],
    [{ goal: 'g', context: 7 }, ['context']],
    [{ goal: 'g', context: JSON.parse('{"a":{"__proto__":1}}') }, ['context.a.__proto__']],
    [{ goal: 'g', recipe: 'reprot' }, ['recipe']],
    [{ goal: 'g', options: { workerTypes: ['writer', 'riter'] } }, ['options.workerTypes[1]']],
    [
      { goal: 'g', options: { maxTasks: 0, decomposition: 'x' } },
      ['options.maxTasks', 'options.decomposition'],
    ],
    [{ goal: 'g', plan, labels: {}, options: { deadline: '1m' } }, ['options.deadline', 'plan', 'labels']],
    [null, ['']],
    [[], ['']],
  ])('%j is refused for %j', (body, paths) => {
    const errors = errorsOf(() => readPlanRequest(body, known));
    expect(errors.map(({ path }) => path).sort()).toEqual([...paths].sort());
  });

  it('says what may have been meant', () => {
    const [error] = errorsOf(() => readPlanRequest({ goal: 'g', contxt: 'x' }, known));
    expect(error).toEqual({ path: 'contxt', message: expect.stringContaining('Did you mean "context"?') });
  });
});

describe('a plan that is to be checked', () => {
  it.each([plan, { ...plan, analysis: 'x', mode: 'plan' }, { plan }, { plan, options: {} }])(
    'is valid, alone or beside its options: %j',
    (body) => {
      expect(checkSentPlan(body, known)).toEqual({ valid: true, violations: [] });
    },
  );

  it.each([null, 7, 'text', [], {}, { tasks: {} }, { plan: null }, { plan: 'x' }, { analysis: 'x' }])(
    '%j breaks the law of the schema',
    (body) => {
      const { valid, violations } = checkSentPlan(body, known);
      expect(valid).toBe(false);
      expect(new Set(violations.map(({ law }) => law))).toEqual(new Set(['schema']));
      for (const violation of violations) expect(violation.message).not.toBe('');
    },
  );

  it('is told every law that it breaks, where, and the remedy', () => {
    const tasks = [
      { ...task, dependencies: ['b'] },
      { ...task, id: 'b', dependencies: ['a', 'c', 'b'] },
      { ...task, id: 'b', worker: 'riter' },
    ];
    const { violations } = checkSentPlan({ tasks }, known);
    expect(violations.map(({ law, path, taskId }) => [law, path, taskId])).toEqual([
      ['unique_ids', 'tasks[2].id', 'b'],
      ['known_workers', 'tasks[2].worker', 'b'],
      ['known_dependencies', 'tasks[1].dependencies[1]', 'b'],
      ['no_self_dependency', 'tasks[1].dependencies[2]', 'b'],
      ['no_cycle', 'tasks[0].dependencies[0]', 'a'],
    ]);
    expect(violations[1]?.message).toContain('Did you mean "writer"?');
  });

  it('may be held to fewer tasks and worker types', () => {
    const { violations } = checkSentPlan(
      { plan, options: { maxTasks: 1, workerTypes: ['researcher'] } },
      known,
    );
    expect(violations.map(({ law }) => law)).toEqual(['task_limit', 'known_workers', 'known_workers']);
  });

  it('is held to a decomposition only where one is named, as a submitted plan is to none', () => {
    const custom = {
      tasks: ['alto', 'bass'].map((id) => ({
        ...task,
        id,
        worker: 'specialist',
        description: `Write the ${id} part`,
      })),
    };
    expect(checkSentPlan(custom, known).valid).toBe(true);
    expect(checkSentPlan({ plan: custom, options: { maxTasks: 5 } }, known).valid).toBe(true);
    expect(
      checkSentPlan({ plan: custom, options: { decomposition: 'hybrid' } }, known).violations,
    ).toMatchObject([{ law: 'decomposition', taskId: 'bass' }]);
  });

  it.each([
    [{ plan, option: {} }, 'option'],
    [{ plan, tasks: [] }, 'tasks'],
    [{ plan, options: { maxTask: 3 } }, 'options.maxTask'],
    [{ plan, options: { priority: 'low' } }, 'options.priority'],
    [{ plan, options: { workerTypes: ['riter'] } }, 'options.workerTypes[0]'],
    [{ options: {} }, 'plan'],
  ])('%j is no request', (body, path) => {
    expect(errorsOf(() => checkSentPlan(body, known)).map((error) => error.path)).toEqual([path]);
  });

  it('is read at no more than a glance, however hostile', () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `t${index}`);
    const chain = ids.map((id, index) => ({ ...task, id, dependencies: ids.slice(index + 1, index + 9) }));
    const circle = ids.map((id, index) => ({ ...task, id, dependencies: [ids[(index + 1) % 1_000]] }));
    const all = ids.map((id) => ({ ...task, id, dependencies: ids }));
    const started = performance.now();
    expect(checkSentPlan({ tasks: chain }, known).valid).toBe(true);
    expect(checkSentPlan({ tasks: circle }, known).violations).toMatchObject([{ law: 'no_cycle' }]);
    expect(checkSentPlan({ tasks: all }, known).valid).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
