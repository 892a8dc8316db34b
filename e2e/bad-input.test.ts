import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Call } from './api.ts';
import { useBaton } from './baton.ts';
import { plan, task } from './plans.ts';

const baton = useBaton({ workers: 0 });

/** Every key but those that come and go by themselves. */
async function goalKeys(): Promise<string[]> {
  return (await baton.keys()).filter((key) => !/:workers$|:watch$|:batcher$|:stalled-check$/.test(key));
}

let before: string[] = [];
beforeAll(async () => {
  await baton.api.json('GET', '/v1/goals', 200);
  before = await goalKeys();
});
afterAll(async () => {
  const left = (await goalKeys()).filter((key) => !before.includes(key));
  expect(left, 'keys that refused requests left in Redis').toEqual([]);
  expect(await baton.emulator.stats()).toMatchObject({ calls: 0 });
});

interface Refusal {
  readonly status: number;
  readonly type: string;
}

async function refused(method: string, path: string, call: Call, { status, type }: Refusal) {
  const response = await baton.api.fetch(method, path, call);
  const text = await response.text();
  expect({ status: response.status, text }).toEqual({ status, text: expect.any(String) });
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(text) as { detail: string; errors?: { path: string; message: string }[] };
  expect(problem).toMatchObject({ type: `urn:baton:problem:${type}`, status, instance: path });
  expect(problem.detail).not.toBe('');
  return { problem, response };
}

const invalid: Refusal = { status: 400, type: 'invalid_request' };
const malformed: Refusal = { status: 400, type: 'malformed_json' };
const notFound: Refusal = { status: 404, type: 'not_found' };

/** A body, and per bad field its path and a part of what is said of it. */
type BadBody = [name: string, body: unknown, errors: Readonly<Record<string, string>>];

const goal = 'A goal.';
const many = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, 'x']));

const badFields: BadBody[] = [
  ['no goal', {}, { goal: 'must be given' }],
  ['an empty goal', { goal: '' }, { goal: 'must not be empty' }],
  ['a blank goal', { goal: ' \n\t ' }, { goal: 'must not be empty' }],
  ['a goal that is too long', { goal: 'x'.repeat(32_769) }, { goal: '32768' }],
  ['a goal that is no text', { goal: 5 }, { goal: 'as text' }],
  ['a body that is a list', [goal], { '': 'object' }],
  ['a body that is a text', goal, { '': 'object' }],
  ['a body that is null', null, { '': 'object' }],
  ['a context that is a number', { goal, context: 1 }, { context: '' }],
  ['a context that is a list', { goal, context: [1] }, { context: '' }],
  ['an unknown recipe', { goal, recipe: 'raport' }, { recipe: 'Did you mean "report"?' }],
  ['labels that are no texts', { goal, labels: { team: 5 } }, { 'labels.team': 'must be a text' }],
  ['a bad label name', { goal, labels: { 'a b': 'x' } }, { 'labels.a b': 'must be 1 to 63 letters' }],
  ['a long label', { goal, labels: { team: 'x'.repeat(257) } }, { 'labels.team': '256' }],
  ['too many labels', { goal, labels: many(33) }, { labels: 'at most 32' }],
  ['options that are a list', { goal, options: [] }, { options: 'object' }],
  ['maxTasks of 0', { goal, options: { maxTasks: 0 } }, { 'options.maxTasks': '1' }],
  ['maxTasks of 1,001', { goal, options: { maxTasks: 1_001 } }, { 'options.maxTasks': '1000' }],
  ['maxTasks of 1.5', { goal, options: { maxTasks: 1.5 } }, { 'options.maxTasks': 'whole number' }],
  ['a budget of nothing', { goal, options: { budget: {} } }, { 'options.budget': 'maxTokens, maxCostUsd' }],
  [
    'a budget of 0 dollars',
    { goal, options: { taskBudget: { maxCostUsd: 0 } } },
    { 'options.taskBudget.maxCostUsd': 'more than 0' },
  ],
  ['no worker types', { goal, options: { workerTypes: [] } }, { 'options.workerTypes': 'at least one' }],
  [
    'an unknown worker type',
    { goal, options: { workerTypes: ['writer', 'reseacher'] } },
    { 'options.workerTypes[1]': 'Did you mean "researcher"?' },
  ],
  ['an unknown priority', { goal, options: { priority: 'urgent' } }, { 'options.priority': 'high' }],
  [
    'an unknown decomposition',
    { goal, options: { decomposition: 'free' } },
    { 'options.decomposition': 'hybrid' },
  ],
  ['a misspelt field', { goal, lables: {} }, { lables: 'Did you mean "labels"?' }],
  ['a misspelt option', { goal, options: { maxTask: 3 } }, { 'options.maxTask': 'Did you mean "maxTasks"?' }],
  ['a field that is nothing like one', { goal, zebra: 1 }, { zebra: 'Known here:' }],
  [
    'inherited names',
    { goal, constructor: 1, toString: 2 },
    { constructor: 'not a known', toString: 'not a known' },
  ],
  [
    'several faults at once',
    { goal: '', recipe: 'raport', options: { maxTasks: 'x', priorty: 'low' }, labels: { a: 1 } },
    { goal: '', recipe: '', 'options.maxTasks': '', 'options.priorty': 'priority', 'labels.a': '' },
  ],
];

const badPlans: BadBody[] = [
  ['that is a text', 'first this, then that', { plan: 'object' }],
  ['without tasks', { analysis: '' }, { 'plan.tasks': 'missing' }],
  ['of no tasks', { tasks: [] }, { 'plan.tasks': 'empty' }],
  ['with a bad task id', plan(task('1st')), { 'plan.tasks[0].id': 'letter' }],
  ['with an inherited name as id', plan(task('__proto__')), { 'plan.tasks[0].id': 'letter' }],
  [
    'with a task without description',
    plan({ ...task('a'), description: ' ' }),
    { 'plan.tasks[0].description': '' },
  ],
  [
    'with a misspelt field of a task',
    { tasks: [{ id: 'a', worker: 'writer', description: 'Do.', dependancies: [] }] },
    { 'plan.tasks[0].dependancies': 'dependencies' },
  ],
  ['with two tasks of one id', plan(task('a'), task('a')), { 'plan.tasks[1].id': 'tasks[0]' }],
  [
    'with a circle',
    plan(task('a', ['b']), task('b', ['a'])),
    { 'plan.tasks[0].dependencies[0]': 'a → b → a' },
  ],
  [
    'with a task that waits for itself',
    plan(task('a', ['a'])),
    { 'plan.tasks[0].dependencies[0]': 'itself' },
  ],
  [
    'with an unknown dependency',
    plan(task('draft'), task('b', ['draf'])),
    { 'plan.tasks[1].dependencies[0]': 'Did you mean "draft"?' },
  ],
  [
    'with an unknown worker',
    plan(task('a', [], 'wirter')),
    { 'plan.tasks[0].worker': 'Did you mean "writer"?' },
  ],
  [
    'with too many tasks',
    plan(...Array.from({ length: 1_001 }, (_, n) => task(`t${n}`))),
    { 'plan.tasks': '1001' },
  ],
  [
    'with every fault at once',
    plan(task('2'), task('b', ['c']), task('c', ['b', 'c', 'x']), task('c'), task('d', [], 'nobody')),
    {
      'plan.tasks[0].id': '',
      'plan.tasks[1].dependencies[0]': 'circle',
      'plan.tasks[2].dependencies[1]': 'itself',
      'plan.tasks[2].dependencies[2]': 'no task',
      'plan.tasks[3].id': '',
      'plan.tasks[4].worker': 'Use one of',
    },
  ],
];

async function expectErrors(body: unknown, errors: BadBody[2]): Promise<void> {
  const { problem } = await refused('POST', '/v1/goals', { body }, invalid);
  const told = new Map(problem.errors?.map(({ path, message }) => [path, message]));
  expect([...told.keys()].sort()).toEqual(Object.keys(errors).sort());
  for (const [path, part] of Object.entries(errors)) expect(told.get(path)).toContain(part);
}

describe('POST /v1/goals refuses', () => {
  test.for(badFields)('%s', async ([, body, errors]) => expectErrors(body, errors));
  test.for(badPlans)('a plan %s', async ([, given, errors]) => expectErrors({ goal, plan: given }, errors));

  test('a plan larger than the request allows', async () => {
    const body = { goal, plan: plan(task('a'), task('b')), options: { maxTasks: 1 } };
    await expectErrors(body, { 'plan.tasks': 'may have 1' });
  });

  test('an option that is not built yet, and says so', async () => {
    const body = { goal, options: { onTaskFailure: 'stop' } };
    await expectErrors(body, { 'options.onTaskFailure': 'not available in this release' });
  });

  test.for([
    ['the body', '{"goal":"A goal.","__proto__":{"polluted":true}}', '__proto__'],
    ['the options', '{"goal":"A goal.","options":{"__proto__":{"priority":"high"}}}', 'options.__proto__'],
    ['the labels', '{"goal":"A goal.","labels":{"__proto__":"x"}}', 'labels.__proto__'],
  ])('__proto__ in %s', async ([, text, path]) => {
    const call = { text: text ?? '', headers: { 'content-type': 'application/json' } };
    const { problem } = await refused('POST', '/v1/goals', call, invalid);
    expect(problem.errors).toMatchObject([{ path }]);
  });

  const json = { 'content-type': 'application/json' };
  const deep = `{"goal":"A goal.","context":${'{"a":'.repeat(70)}1${'}'.repeat(70)}}`;
  const large = JSON.stringify({ goal, context: 'x'.repeat(1_048_577) });
  const bytes = new Uint8Array([0x7b, 0xff, 0xfe]);
  const badTexts: [string, Call, Refusal][] = [
    ['what is not JSON', { text: '{"goal": ', headers: json }, malformed],
    ['bytes that are no text', { text: bytes, headers: json }, malformed],
    ['what is nested too deeply', { text: deep, headers: json }, malformed],
    ['nothing at all', {}, { status: 415, type: 'unsupported_media_type' }],
    ['text', { text: '{"goal":"A goal."}' }, { status: 415, type: 'unsupported_media_type' }],
    [
      'an unknown encoding',
      { text: '{}', headers: { ...json, 'content-encoding': 'zebra' } },
      { status: 415, type: 'unsupported_media_type' },
    ],
    [
      'what is not the gzip that it says',
      { text: '{}', headers: { ...json, 'content-encoding': 'gzip' } },
      invalid,
    ],
    ['more than 1 MiB', { text: large, headers: json }, { status: 413, type: 'too_large' }],
  ];
  test.for(badTexts)('%s', async ([, call, refusal]) => {
    await refused('POST', '/v1/goals', call, refusal);
  });
});

describe('elsewhere', () => {
  test.for([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['status=done', 'status'],
    ['cursor=nonsense', 'cursor'],
    ['stauts=failed', 'stauts'],
    ['label.team=a&label.team=b', 'labels.team'],
    ['limit=1&limit=2', 'limit'],
  ])('GET /v1/goals?%s is refused', async ([query, path]) => {
    const { problem } = await refused('GET', `/v1/goals?${query}`, {}, invalid);
    expect(problem.errors).toMatchObject([{ path }]);
  });

  test.for(['abc', '-1', '1.5', '1-0'])('Last-Event-ID: %s is refused', async (id) => {
    const call = { headers: { 'last-event-id': id } };
    const { problem } = await refused('GET', '/v1/goals/goal_x/events', call, invalid);
    expect(problem.errors).toMatchObject([{ path: 'Last-Event-ID' }]);
  });

  test.for(['', '/plan', '/tasks', '/tasks/a', '/output', '/events'])(
    'an unknown goal has nothing at %s',
    async (part) => {
      await refused('GET', `/v1/goals/goal_nothing${part}`, {}, notFound);
    },
  );

  test.for(['/nothing', '/v1', '/v1/nothing', '/v1/goals/goal_x/nothing'])(
    'there is nothing at %s',
    async (path) => {
      await refused('GET', path, {}, notFound);
    },
  );

  test.for(['https://127.0.0.1/', 'https://169.254.169.254/', 'https://localhost/', 'http://example.com/'])(
    'a webhook to %s is refused at once',
    async (url) => {
      const { problem } = await refused('POST', '/v1/goals', { body: { goal, webhook: { url } } }, invalid);
      expect(problem.errors).toMatchObject([{ path: 'webhook.url' }]);
    },
  );

  test('a broken escape in an address is refused', async () => {
    await refused('GET', '/v1/goals/%E0%A4%A', {}, invalid);
  });

  test.for([
    ['DELETE', '/v1/goals', 'GET, POST'],
    ['POST', '/v1/goals/goal_x', 'GET'],
    ['PUT', '/v1/goals/goal_x/plan', 'GET'],
    ['GET', '/v1/goals/goal_x/cancel', 'POST'],
    ['POST', '/v1/worker-types', 'GET'],
  ])('%s %s is not allowed', async ([method = '', path = '', allowed]) => {
    const { response } = await refused(method, path, {}, { status: 405, type: 'method_not_allowed' });
    expect(response.headers.get('allow')).toBe(allowed);
  });
});
