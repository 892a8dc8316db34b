import { describe, expect, it } from 'vitest';
import { readGoalRequest, type KnownNames } from './goal-request.ts';
import { ProblemError, type FieldError } from './problem.ts';

const known: KnownNames = { workers: ['researcher', 'writer'], recipes: ['report'] };

function errorsOf(body: unknown): readonly FieldError[] {
  try {
    readGoalRequest(body, known);
  } catch (error) {
    if (error instanceof ProblemError && error.type === 'invalid_request') return error.errors;
    throw error;
  }
  throw new Error('The request was taken.');
}

const pathsOf = (body: unknown): string[] => errorsOf(body).map(({ path }) => path);
const messageAt = (body: unknown, path: string): string | undefined =>
  errorsOf(body).find((error) => error.path === path)?.message;

const task = { id: 'a', worker: 'writer', description: 'Write' };

describe('a goal request', () => {
  it('needs a goal alone, trims it, and has defaults for the rest', () => {
    expect(readGoalRequest({ goal: '  Write a haiku ' }, known)).toEqual({
      goal: 'Write a haiku',
      plan: null,
      labels: {},
      options: { decomposition: 'hybrid', priority: 'medium' },
    });
  });

  it('takes a plan, with its defaults filled in', () => {
    expect(readGoalRequest({ goal: 'g', plan: { tasks: [task] } }, known).plan).toEqual({
      analysis: '',
      tasks: [{ ...task, requirements: [], dependencies: [], priority: 'medium', complexity: 'medium' }],
    });
  });

  it.each([
    [{}, 'goal'],
    [{ goal: ' ' }, 'goal'],
    [{ goal: 'x'.repeat(32_769) }, 'goal'],
    [{ goal: 7 }, 'goal'],
    [{ goal: 'g', context: 7 }, 'context'],
    [{ goal: 'g', recipe: 'reprot' }, 'recipe'],
    [{ goal: 'g', labels: { 'no spaces please': 'x' } }, 'labels.no spaces please'],
    [{ goal: 'g', labels: { a: 1 } }, 'labels.a'],
    [{ goal: 'g', options: { maxTasks: 0 } }, 'options.maxTasks'],
    [{ goal: 'g', options: { maxTasks: 1_001 } }, 'options.maxTasks'],
    [{ goal: 'g', options: { workerTypes: [] } }, 'options.workerTypes'],
    [{ goal: 'g', options: { workerTypes: ['writer', 'riter'] } }, 'options.workerTypes[1]'],
    [{ goal: 'g', options: { priority: 'urgent' } }, 'options.priority'],
    [{ goal: 'g', options: { approval: true } }, 'options.approval'],
    [{ goal: 'g', options: { reviewRounds: 2 } }, 'options.reviewRounds'],
    [{ goal: 'g', options: { deadline: '5m' } }, 'options.deadline'],
    [{ goal: 'g', options: { budget: { maxTokens: 5 } } }, 'options.budget'],
    [{ goal: 'g', webhook: { url: 'https://example.com' } }, 'webhook'],
    [{ goal: 'g', plan: [] }, 'plan'],
    [{ goal: 'g', plan: { tasks: [] } }, 'plan.tasks'],
    [{ goal: 'g', plan: { tasks: [{ ...task, worker: 'poet' }] } }, 'plan.tasks[0].worker'],
    [[], ''],
    [null, ''],
    ['text', ''],
  ])('is refused at the field that is wrong: %j', (body, path) => {
    expect(pathsOf(body)).toContain(path);
  });

  it('names every fault of every part at once', () => {
    const body = {
      goal: '',
      goall: 'x',
      options: { priority: 'urgent', workerTypes: ['riter'] },
      plan: {
        tasks: [
          { ...task, dependencies: ['b'], priorty: 'high' },
          { ...task, id: 'b', dependencies: ['a', 'c'], worker: 'researcher' },
        ],
      },
    };
    expect(pathsOf(body)).toEqual(
      expect.arrayContaining([
        'goal',
        'goall',
        'options.priority',
        'options.workerTypes[0]',
        'plan.tasks[0].priorty',
      ]),
    );
    expect(errorsOf(body).some(({ message }) => message.includes('a → b → a'))).toBe(true);
  });

  it('says which known name was meant', () => {
    expect(messageAt({ gaol: 'g' }, 'gaol')).toContain('"goal"');
    expect(messageAt({ goal: 'g', options: { maxTask: 3 } }, 'options.maxTask')).toContain('"maxTasks"');
    expect(messageAt({ goal: 'g', recipe: 'reprot' }, 'recipe')).toContain('"report"');
    expect(messageAt({ goal: 'g', options: { approval: true } }, 'options.approval')).toContain(
      'not available',
    );
  });

  it('is not fooled by keys of every object', () => {
    expect(pathsOf(JSON.parse('{"goal":"g","__proto__":{"a":1}}'))).toContain('__proto__');
    expect(pathsOf({ goal: 'g', constructor: 1 })).toContain('constructor');
  });
});
