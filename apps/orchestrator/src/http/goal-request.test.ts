import { describe, expect, it } from 'vitest';
import type { FieldError } from '@baton/shared/contract/field-errors';
import { readGoalRequest, type KnownNames } from './goal-request.ts';
import { ProblemError } from './problem.ts';

const known: KnownNames = { workers: ['researcher', 'writer'], recipes: ['report'], privateWebhooks: false };

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
    [{ goal: 'g', options: { approval: 'yes' } }, 'options.approval'],
    [{ goal: 'g', options: { finishEarly: 'yes' } }, 'options.finishEarly'],
    [{ goal: 'g', options: { cache: 'on' } }, 'options.cache'],
    [{ goal: 'g', options: { judges: 6 } }, 'options.judges'],
    [{ goal: 'g', options: { maxReplans: -1 } }, 'options.maxReplans'],
    [{ goal: 'g', options: { taskTimeout: '2d' } }, 'options.taskTimeout'],
    [{ goal: 'g', options: { reviewRounds: 1.5 } }, 'options.reviewRounds'],
    [{ goal: 'g', options: { reviewRounds: 6 } }, 'options.reviewRounds'],
    [{ goal: 'g', options: { judges: 0 } }, 'options.judges'],
    [{ goal: 'g', options: { maxReplans: '1' } }, 'options.maxReplans'],
    [{ goal: 'g', options: { taskTimeout: 60 } }, 'options.taskTimeout'],
    [{ goal: 'g', options: { decomposition: 'free' } }, 'options.decomposition'],
    [{ goal: 'g', options: { deadline: 'soon' } }, 'options.deadline'],
    [{ goal: 'g', options: { budget: {} } }, 'options.budget'],
    [{ goal: 'g', options: { budget: { maxTokens: 0 } } }, 'options.budget.maxTokens'],
    [{ goal: 'g', options: { budget: { maxCostUsd: 0 } } }, 'options.budget.maxCostUsd'],
    [{ goal: 'g', options: { latency: 'slow' } }, 'options.latency'],
    [{ goal: 'g', plan: [] }, 'plan'],
    [{ goal: 'g', plan: { tasks: [] } }, 'plan.tasks'],
    [{ goal: 'g', plan: { tasks: [{ ...task, worker: 'poet' }] } }, 'plan.tasks[0].worker'],
    [[], ''],
    [null, ''],
    ['text', ''],
  ])('is refused at the field that is wrong: %j', (body, path) => {
    expect(pathsOf(body)).toContain(path);
  });

  it('takes every option of the pattern', () => {
    const options = {
      decomposition: 'dynamic',
      priority: 'high',
      reviewRounds: 5,
      judges: 5,
      maxReplans: 5,
      finishEarly: true,
      taskTimeout: '1d',
      cache: 'read',
    };
    expect(readGoalRequest({ goal: 'g', options }, known).options).toEqual(options);
  });

  it.each([
    ['reviewRounds', 6, 'whole number from 0 to 5'],
    ['judges', 0, 'whole number from 1 to 5'],
    ['maxReplans', 9, 'whole number from 0 to 5'],
    ['finishEarly', 1, 'true or false'],
    ['cache', 'yes', 'off, read, write'],
    ['taskTimeout', '2d', 'at most 1d'],
    ['taskTimeout', 'long', 'whole number and a unit'],
    ['decomposition', 'free', 'dynamic, constrained, hybrid'],
  ])('says what %s may be, instead of %j', (option, value, said) => {
    expect(messageAt({ goal: 'g', options: { [option]: value } }, `options.${option}`)).toContain(said);
  });

  it('may name a recipe only where somebody takes one of its worker types', () => {
    const idle: KnownNames = { ...known, idleRecipes: ['report'] };
    const body = { goal: 'g', recipe: 'report' };
    expect(readGoalRequest(body, known).recipe).toBe('report');
    expect(() => readGoalRequest(body, idle)).toThrow('no worker has announced any of its worker types');
    const options = { workerTypes: ['writer'] };
    expect(readGoalRequest({ ...body, options }, idle).recipe).toBe('report');
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
    expect(
      messageAt({ goal: 'g', options: { budget: { maxToken: 3 } } }, 'options.budget.maxToken'),
    ).toContain('"maxTokens"');
  });

  it('is not fooled by keys of every object', () => {
    expect(pathsOf(JSON.parse('{"goal":"g","__proto__":{"a":1}}'))).toContain('__proto__');
    expect(pathsOf({ goal: 'g', constructor: 1 })).toContain('constructor');
  });
});

describe('a flood of faults', () => {
  const many = (count: number, value: unknown): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, value]));

  it.each([
    ['unknown fields', { goal: 'g', ...many(20_000, 1) }],
    ['unknown options', { goal: 'g', options: many(20_000, 1) }],
    ['worker types', { goal: 'g', options: { workerTypes: Object.keys(many(20_000, 1)) } }],
  ])('of %s is told in part', (_name, body) => {
    expect(errorsOf(body).length).toBeLessThanOrEqual(100);
  });

  it('of labels is told as one', () => {
    expect(errorsOf({ goal: 'g', labels: many(20_000, 5) })).toEqual([
      { path: 'labels', message: 'must hold at most 32 labels' },
    ]);
  });

  it('in long names is told in short ones', () => {
    const long = 'x'.repeat(100_000);
    const body = { goal: 'g', [long]: 1, recipe: long, options: { workerTypes: [long] } };
    expect(JSON.stringify(errorsOf(body)).length).toBeLessThan(5_000);
  });
});

describe('the webhook of a goal request', () => {
  const withUrl = (url: unknown) => ({ goal: 'g', webhook: { url } });
  const own: KnownNames = { ...known, privateWebhooks: true };

  it.each([
    'https://example.com/hook?key=1',
    'https://example.com:8443',
    'https://8.8.8.8/',
    'https://[2606:4700::1]/',
  ])('may be %s', (url) => expect(readGoalRequest(withUrl(url), known).webhook).toEqual({ url }));

  it.each([
    ['http://example.com/', 'https://'],
    ['https://127.0.0.1/', '127.0.0.1'],
    ['https://0x7f000001/', '127.0.0.1'],
    ['https://10.1.2.3/', 'public address'],
    ['https://169.254.169.254/', 'public address'],
    ['https://[::1]/', '::1'],
    ['https://[::ffff:192.168.0.1]/', 'public address'],
    ['https://[fe80::1]/', 'public address'],
  ])('may be %s only where private ones are allowed', (url, said) => {
    expect(messageAt(withUrl(url), 'webhook.url')).toContain(said);
    expect(readGoalRequest(withUrl(url), own).webhook).toEqual({ url });
  });

  it.each([
    ['ftp://example.com/', 'whole URL'],
    ['example.com', 'whole URL'],
    ['', 'whole URL'],
    ['https://', 'whole URL'],
    [7, 'must be a URL'],
    ['https://me:secret@example.com/', 'user name or password'],
    [`https://example.com/${'x'.repeat(2_048)}`, '2048 characters'],
  ])('may nowhere be %s', (url, said) => {
    for (const names of [known, own]) {
      expect(() => readGoalRequest(withUrl(url), names)).toThrow(said);
    }
  });

  it('holds a URL and nothing else', () => {
    expect(pathsOf({ goal: 'g', webhook: {} })).toContain('webhook.url');
    expect(pathsOf({ goal: 'g', webhook: 'https://example.com' })).toContain('webhook');
    expect(
      messageAt({ goal: 'g', webhook: { url: 'https://example.com', ulr: '' } }, 'webhook.ulr'),
    ).toContain('"url"');
    expect(readGoalRequest({ goal: 'g', webhook: null }, known).webhook).toBeNull();
  });
});
