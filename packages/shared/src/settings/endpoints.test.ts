import { expect, test } from 'vitest';
import { SettingsError, type Environment } from './environment.ts';
import { routesOf } from './endpoints.ts';
import { workerSettings } from './settings.ts';

const key = { ANTHROPIC_API_KEY: 'main-key' };

function problemsOf(environment: Environment): readonly string[] {
  try {
    workerSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

function routes(environment: Environment) {
  return routesOf(workerSettings(environment));
}

test('without endpoints of their own all tiers go where ANTHROPIC_BASE_URL says', () => {
  const { byModel, others } = routes({ ...key, ANTHROPIC_BASE_URL: 'http://127.0.0.1:4010' });
  expect([...byModel.keys()]).toEqual(['claude-haiku-5-5', 'claude-sonnet-5-5', 'claude-opus-5-5']);
  expect([...byModel.values()].every((endpoint) => endpoint === others)).toBe(true);
  expect(others).toEqual({
    provider: 'anthropic',
    apiKey: 'main-key',
    baseUrl: 'http://127.0.0.1:4010',
    headers: {},
    settings: 'ANTHROPIC',
  });
});

test('a tier at another address is never sent the key of the main one', () => {
  const { byModel } = routes({
    ...key,
    MODEL_FAST: 'qwen3:8b',
    MODEL_FAST_BASE_URL: 'http://127.0.0.1:11434',
    MODEL_STRONG: 'anthropic.claude-opus-5-5',
    MODEL_STRONG_PROVIDER: 'bedrock',
  });
  expect(byModel.get('qwen3:8b')).toMatchObject({ apiKey: null, settings: 'MODEL_FAST' });
  expect(byModel.get('anthropic.claude-opus-5-5')).toMatchObject({ apiKey: null, baseUrl: null });
  expect(byModel.get('claude-sonnet-5-5')).toMatchObject({ apiKey: 'main-key' });
});

test('a tier with headers alone keeps the main address; a key among them takes the place of the key', () => {
  const main = { ...key, ANTHROPIC_BASE_URL: 'http://gateway.test' };
  const added = routes({ ...main, MODEL_FAST_HEADERS: 'x-team: search; X-Trace: a:b' });
  expect(added.byModel.get('claude-haiku-5-5')).toMatchObject({
    apiKey: 'main-key',
    baseUrl: 'http://gateway.test',
    headers: { 'x-team': 'search', 'x-trace': 'a:b' },
  });
  const keyed = routes({ ...main, MODEL_FAST_HEADERS: '{"X-Api-Key": "of the tier; really"}' });
  expect(keyed.byModel.get('claude-haiku-5-5')).toMatchObject({
    apiKey: null,
    baseUrl: 'http://gateway.test',
    headers: { 'x-api-key': 'of the tier; really' },
  });
});

test('with an endpoint for each tier nothing else is needed', () => {
  const local = { MODEL_FAST_BASE_URL: 'http://a.test', MODEL_BALANCED_BASE_URL: 'http://b.test' };
  const all = { ...local, MODEL_STRONG_PROVIDER: 'vertex' };
  expect(routes(all).others).toBeNull();
  expect(problemsOf(local)).toEqual([expect.stringContaining('ANTHROPIC_API_KEY: is not set')]);
});

test('the same model at two endpoints is told with both settings', () => {
  const problems = problemsOf({
    ...key,
    MODEL_FAST: 'same',
    MODEL_BALANCED: 'same',
    MODEL_BALANCED_BASE_URL: 'http://b.test',
    SHUTDOWN_GRACE: 'soon',
  });
  expect(problems).toEqual([
    expect.stringContaining('SHUTDOWN_GRACE'),
    'MODEL_BALANCED: names "same", which MODEL_FAST names at another endpoint: give each endpoint its own model',
  ]);
});

test('the same model twice at one endpoint is one endpoint', () => {
  const url = 'http://a.test';
  const both = { MODEL_FAST_BASE_URL: url, MODEL_BALANCED_BASE_URL: url };
  expect(problemsOf({ ...key, MODEL_FAST: 'same', MODEL_BALANCED: 'same', ...both })).toEqual([]);
});

test.each([
  ['x-api-key', 'must be "name: value" pairs'],
  ['{"x-api-key": 7}', 'must be "name: value" pairs'],
  ['{"x-api-key"', 'must be "name: value" pairs'],
  [' ; ', 'names no header'],
  ['{}', 'names no header'],
  ['x api: secret', 'holds a header name that is none'],
  ['Host: secret', 'must not set host'],
  ['a: secret; A: secret', 'names a twice'],
  ['x-api-key: sécret', 'gives x-api-key a value'],
  ['x-api-key: ', 'gives x-api-key a value'],
])('MODEL_FAST_HEADERS=%s is refused without its value being told', (headers, said) => {
  const [problem = '', ...more] = problemsOf({ ...key, MODEL_FAST_HEADERS: headers });
  expect(more).toEqual([]);
  expect(problem).toContain(`MODEL_FAST_HEADERS: ${said}`);
  expect(problem).not.toMatch(/s[eé]cret/);
});

test('what a provider has no use for, and a provider that is none, are told', () => {
  const vertex = { MODEL_FAST_PROVIDER: 'vertex', MODEL_FAST_API_KEY: 'secret' };
  expect(problemsOf({ ...key, ...vertex })).toEqual([
    expect.stringContaining('MODEL_FAST_API_KEY: is of no use'),
  ]);
  expect(problemsOf({ ...key, MODEL_FAST_PROVIDER: 'azure' })).toEqual([
    'MODEL_FAST_PROVIDER: must be anthropic, bedrock, vertex',
  ]);
  expect(problemsOf({ ...key, MODEL_FAST_BASEURL: 'x' })).toEqual([
    'MODEL_FAST_BASEURL is not a setting. Did you mean MODEL_FAST_BASE_URL?',
  ]);
});

test("a fallback that is no tier's model is at the main endpoint, or at its tier's where there is none", () => {
  const fast = { MODEL_FAST_BASE_URL: 'http://a.test', MODEL_FAST_FALLBACK: 'spare' };
  expect(routes({ ...key, ...fast }).byModel.get('spare')).toMatchObject({ settings: 'ANTHROPIC' });
  const others = { MODEL_BALANCED_BASE_URL: 'http://b.test', MODEL_STRONG_BASE_URL: 'http://c.test' };
  expect(routes({ ...fast, ...others }).byModel.get('spare')).toMatchObject({ settings: 'MODEL_FAST' });
  const shared = { ...fast, MODEL_FAST_FALLBACK: 'claude-sonnet-5-5' };
  expect(routes({ ...shared, ...others }).byModel.get('claude-sonnet-5-5')).toMatchObject({
    settings: 'MODEL_BALANCED',
  });
});
