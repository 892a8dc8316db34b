import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SettingsError, type Environment } from './environment.ts';
import { orchestratorSettings, workerSettings } from './settings.ts';

const key = { ANTHROPIC_API_KEY: 'k' };
const sha = createHash('sha256').update('secret').digest('hex');

function problemsOf(
  read: (environment: Environment) => unknown,
  environment: Environment,
): readonly string[] {
  try {
    read(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('has a default for all but the model', () => {
    const settings = orchestratorSettings(key);
    expect(settings).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      ROLE: 'all',
      GOAL_RETENTION: 7 * 86_400_000,
    });
    expect(Object.isFrozen(settings)).toBe(true);
    expect(problemsOf(workerSettings, {})).toEqual([expect.stringContaining('ANTHROPIC_API_KEY')]);
  });

  it('asks no model of a process that only answers requests', () => {
    expect(problemsOf(orchestratorSettings, { ROLE: 'api' })).toEqual([]);
    for (const ROLE of ['all', 'planner'])
      expect(problemsOf(orchestratorSettings, { ROLE })).toEqual([
        expect.stringContaining('ANTHROPIC_API_KEY: is not set'),
      ]);
  });

  it('names every problem at once', () => {
    const problems = problemsOf(orchestratorSettings, {
      ...key,
      REDIS_URL: 'localhost',
      PORT: '70000',
      LOCK_DURATION: '30',
      GOAL_RETENTION: '0s',
      ROLE: 'boss',
      DASHBOARD_READ_ONLY: 'yes',
      BATON_PREFX: 'x',
    });
    for (const name of [
      'REDIS_URL',
      'PORT',
      'LOCK_DURATION',
      'GOAL_RETENTION',
      'ROLE',
      'DASHBOARD_READ_ONLY',
    ]) {
      expect(problems).toContainEqual(expect.stringMatching(new RegExp(`^${name}: `)));
    }
    expect(problems).toContain('BATON_PREFX is not a setting. Did you mean BATON_PREFIX?');
  });

  it.each([
    ['REDIS_URL', 'localhost:6379', 'must be an address such as redis://'],
    ['BATON_PREFIX', 'a b', ''],
    ['PORT', '70000', '"70000"'],
    ['ROLE', 'everything', 'must be all, api'],
    ['LOCK_DURATION', '30', '"30" is not a duration'],
    ['STALLED_INTERVAL', 'soon', '"soon"'],
    ['LOG_LEVEL', 'loud', 'must be one of'],
    ['STRUCTURED_OUTPUT', 'json', 'must be native, prompt or xml'],
    ['ANTHROPIC_BASE_URL', 'example.org', 'must be an address'],
    ['ANTHROPIC_BASE_URL', 'https://example.org/v1', 'must not end in /v1'],
    ['DASHBOARD_READ_ONLY', 'maybe', 'must be true or false'],
    ['PLANNER_CONCURRENCY', '0', '"0"'],
    ['GOAL_RETENTION', '1y', '"1y" is not a duration'],
  ])('says what is wrong with %s=%s', (name, value, said) => {
    expect(problemsOf(orchestratorSettings, { ...key, [name]: value })).toEqual([
      expect.stringContaining(`${name}: ${said}`),
    ]);
  });

  it.each([
    ['WORKER_CONCURRENCY', 'many', 'WORKER_CONCURRENCY: "many"'],
    ['HEALTH_PORT', '-1', 'HEALTH_PORT: "-1"'],
    ['WORKER_TYPE', 'writer', 'WORKER_TYPE is not a setting. Did you mean WORKER_TYPES?'],
  ])('says what is wrong with %s=%s of a worker', (name, value, said) => {
    expect(problemsOf(workerSettings, { ...key, [name]: value })).toEqual([expect.stringContaining(said)]);
  });

  it.each([
    ['DASHBORD_USER', 'DASHBOARD_USER'],
    ['OTEL_EXPORTER_OTLP_ENDPOIT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['MAX_STREAM', 'MAX_STREAMS'],
    ['SHUTDOWN_GARCE', 'SHUTDOWN_GRACE'],
  ])('%s, one slip away from it, is taken for %s', (name, meant) => {
    expect(problemsOf(orchestratorSettings, { ...key, [name]: 'x' })).toEqual([
      `${name} is not a setting. Did you mean ${meant}?`,
    ]);
  });

  it.each([
    'OTEL_TRACES_EXPORTER',
    'OTEL_EXPORTER_OTLP_TIMEOUT',
    'HOSTS',
    'LOG_LEVELS',
    'MAX_DREAMS',
    'path',
  ])('leaves %s to others', (name) => {
    expect(orchestratorSettings({ ...key, [name]: 'x' })).toMatchObject({ PORT: 3000 });
  });

  it.each(['REDIS_PORT', 'BATON_PORT'])('takes %s for the address of a service, not for a slip', (name) => {
    expect(orchestratorSettings({ ...key, [name]: 'tcp://10.0.0.1:80' })).toMatchObject({ PORT: 3000 });
    expect(problemsOf(orchestratorSettings, { ...key, [name]: '80' })).toEqual([
      expect.stringContaining(`${name} is not a setting.`),
    ]);
  });

  it.each([orchestratorSettings, workerSettings])('%o says where a model may come from', (read) => {
    const [problem = '', ...more] = problemsOf(read, {});
    for (const word of ['ANTHROPIC_API_KEY: is not set', 'ANTHROPIC_BASE_URL', 'emulator']) {
      expect(problem).toContain(word);
    }
    expect(more).toEqual([]);
  });

  it('names what is wrong among several beside what is wrong with one, and nothing twice', () => {
    const wrongOf = (environment: Environment): string[] =>
      problemsOf(orchestratorSettings, environment).map((problem) => problem.split(':')[0] ?? '');
    const several = { PORT: 'abc', HOST: '0.0.0.0', DASHBOARD_USER: 'x' };
    expect(wrongOf(several)).toEqual(['PORT', 'ANTHROPIC_API_KEY', 'DASHBOARD_USER', 'HOST']);
    expect(wrongOf({ ...key, HOST: '0.0.0.0', BATON_API_KEYS: 'bad' })).toEqual(['BATON_API_KEYS']);
  });

  it('takes an empty value for one that is not set', () => {
    expect(orchestratorSettings({ ...key, PORT: '', REDIS_URL: '', BATON_API_KEYS: '' })).toMatchObject({
      PORT: 3000,
    });
  });

  it("leaves other programs' variables alone", () => {
    expect(
      problemsOf(workerSettings, {
        ...key,
        WORKER_NODE_COUNT: '3',
        REDIS_EXPORTER_NAMESPACE: 'x',
        PATH: '/',
      }),
    ).toEqual([]);
  });

  it('reads durations of every unit', () => {
    const read = (text: string): number => workerSettings({ ...key, MODEL_TIMEOUT: text }).MODEL_TIMEOUT;
    expect(['1500ms', '30s', '5m', '2h', '1d'].map(read)).toEqual([
      1_500, 30_000, 300_000, 7_200_000, 86_400_000,
    ]);
  });

  it('reads keys with and without scopes, and says which entry is wrong', () => {
    const read = (keys: string): unknown =>
      orchestratorSettings({ ...key, BATON_API_KEYS: keys }).BATON_API_KEYS;
    const other = sha.replaceAll(/[0-9]/g, '7');
    expect(read(`acme:${sha}, web:${other}:submit+read`)).toEqual([
      { tenant: 'acme', sha256: sha, scopes: ['submit', 'read', 'operate', 'admin'] },
      { tenant: 'web', sha256: other, scopes: ['submit', 'read'] },
    ]);
    expect(problemsOf(orchestratorSettings, { ...key, BATON_API_KEYS: `acme:${sha},web:${sha}` })).toEqual([
      expect.stringContaining('entry 2: is the key of entry 1 again'),
    ]);
    expect(problemsOf(orchestratorSettings, { ...key, BATON_API_KEYS: `acme:${sha},web:abc` })).toEqual([
      expect.stringContaining('entry 2'),
    ]);
    expect(problemsOf(orchestratorSettings, { ...key, BATON_API_KEYS: `acme:${sha}:submit+fly` })).toEqual([
      expect.stringContaining('unknown scope fly'),
    ]);
    expect(problemsOf(orchestratorSettings, { ...key, BATON_API_KEYS_FILE: '/nowhere/keys' })).toEqual([
      expect.stringContaining('BATON_API_KEYS_FILE'),
    ]);
  });

  it('opens to the network only with keys', () => {
    expect(problemsOf(orchestratorSettings, { ...key, HOST: '0.0.0.0' })).toEqual([
      expect.stringContaining('HOST'),
    ]);
    expect(problemsOf(orchestratorSettings, { ...key, HOST: '0.0.0.0', BATON_API_KEYS: `a:${sha}` })).toEqual(
      [],
    );
    expect(problemsOf(orchestratorSettings, { ...key, HOST: '0.0.0.0', ROLE: 'planner' })).toEqual([]);
  });

  it('takes a secret for webhooks as Standard Webhooks has it, and never shows it', () => {
    const secretOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 9).toString('base64')}`;
    const problems = (secret: string): readonly string[] =>
      problemsOf(orchestratorSettings, { ...key, WEBHOOK_SECRET: secret });
    for (const bytes of [24, 32, 64]) expect(problems(secretOf(bytes))).toEqual([]);
    for (const secret of [secretOf(23), secretOf(65), secretOf(32).slice(6), 'whsec_not~base64', 'whsec_']) {
      const [problem = '', ...more] = problems(secret);
      expect(problem).toMatch(/^WEBHOOK_SECRET: must .* Make one with {2}echo "whsec_\$\(openssl/);
      expect(problem).not.toContain(secret.slice(6) || '~');
      expect(more).toEqual([]);
    }
  });

  it('wants user and password together', () => {
    expect(problemsOf(orchestratorSettings, { ...key, DASHBOARD_USER: 'me' })).toEqual([
      expect.stringContaining('DASHBOARD_PASSWORD'),
    ]);
  });
});
